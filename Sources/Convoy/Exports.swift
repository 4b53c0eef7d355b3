@_exported import Augmentation
@_exported import Training
