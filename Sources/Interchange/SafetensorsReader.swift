import Foundation
import Networks

/// Reads a safetensors file from its beginning to its end: the header is checked against the file's length before
/// anything behind it is read, and then one tensor after the other.
struct SafetensorsReader {
  private let path: String
  private let handle: FileHandle
  /// Bytes of the file.
  private let length: Int

  /// Opens a file that holds bytes, not a folder or a device.
  init(_ path: String) throws(InterchangeError) {
    self.path = path
    // What is opened is looked at before it is opened: opening a pipe would wait for whoever writes to it.
    var status = stat()
    guard stat(path, &status) == 0 else {
      if errno == ENOENT || errno == ENOTDIR { throw .missing(path: path) }
      throw .cannotRead(path: path, reason: String(cString: strerror(errno)))
    }
    switch status.st_mode & S_IFMT {
    case S_IFREG: break
    case S_IFDIR: throw .cannotRead(path: path, reason: "it is a folder")
    default: throw .cannotRead(path: path, reason: "it is not a file of bytes")
    }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw .cannotRead(path: path, reason: String(cString: strerror(errno)))
    }
    handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    length = Int(status.st_size)
  }

  /// What the file holds.
  func contents() throws(InterchangeError) -> Safetensors.Contents {
    let header = try header()
    var contents = Safetensors.Contents(tensors: [], metadata: header.metadata)
    for entry in header.entries {
      let data = try bytes(entry.range.count)
      contents.tensors.append(
        Tensor(
          name: entry.name, shape: entry.shape,
          values: NumberReader.floats(data.bytes, entry.type, entry.count)))
      if entry.type.isInteger { contents.integers.insert(entry.name) }
    }
    return contents
  }

  private func header() throws(InterchangeError) -> SafetensorsHeader {
    guard length >= 8 else {
      throw problem("it has \(length) bytes, fewer than the 8 of its header's length")
    }
    let start = try bytes(min(length, 9))
    let stated = UInt64(littleEndian: start.bytes.unsafeLoadUnaligned(fromByteOffset: 0, as: UInt64.self))
    guard start.count == 9, start[8] == UInt8(ascii: "{") else {
      // PyTorch's own files are ZIP archives, or older pickles.
      let isPyTorch = start.starts(with: [0x50, 0x4B]) || start.starts(with: [0x80, 0x02])
      throw problem(
        "it does not begin with a safetensors header"
          + (isPyTorch
            ? "; it looks like PyTorch's own form: save the state dictionary with safetensors.torch.save_file"
            : ""))
    }
    guard stated >= 1, stated <= UInt64(length - 8) else {
      throw problem(
        "its header claims \(stated) bytes and the file has \(length - 8) behind its length; it is truncated")
    }
    guard stated <= UInt64(SafetensorsHeader.maximumLength) else {
      throw problem(
        "its header claims \(stated) bytes; the longest that is read is \(SafetensorsHeader.maximumLength)")
    }
    let json = [UInt8(ascii: "{")] + Array(try bytes(Int(stated) - 1))
    do {
      return try SafetensorsHeader(json: json, dataLength: length - 8 - Int(stated))
    } catch {
      throw problem(error.reason)
    }
  }

  /// The next bytes, exactly as many.
  private func bytes(_ count: Int) throws(InterchangeError) -> Data {
    var data = Data()
    do {
      while data.count < count, let more = try handle.read(upToCount: count - data.count), !more.isEmpty {
        if data.isEmpty { data = more } else { data.append(more) }
      }
    } catch {
      throw .cannotRead(path: path, reason: SystemReason.of(error))
    }
    if data.count < count { throw .cannotRead(path: path, reason: "it became shorter while it was read") }
    return data
  }

  private func problem(_ reason: String) -> InterchangeError {
    .malformed(path: path, format: "safetensors", reason: reason)
  }
}
