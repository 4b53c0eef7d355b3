// What a user of the library needs, by one import.
@_exported import Augmentation
@_exported import Datasets
@_exported import Diagnostics
@_exported import FolderAugmentation
@_exported import ImageCodecs
@_exported import Interchange
@_exported import Loading
@_exported import Networks
@_exported import Parallel
@_exported import Training
@_exported import Tuning
