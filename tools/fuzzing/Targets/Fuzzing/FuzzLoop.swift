import CLibFuzzer
import Glibc

/// Hands libFuzzer what to do with one input, and ends the process when it has had enough.
public func fuzz(_ check: @escaping @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt) -> Never {
  var count = CommandLine.argc
  var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
  exit(LLVMFuzzerRunDriver(&count, &arguments, check))
}

/// The bytes of an input, which begin with a signature so that none are spent on finding it.
public func fuzzInput(
  _ start: UnsafePointer<UInt8>?, _ count: Int, startingWith signature: [UInt8] = []
) -> [UInt8] {
  var bytes = Array(UnsafeBufferPointer(start: start, count: count))
  for (index, byte) in signature.enumerated() where index < bytes.count { bytes[index] = byte }
  return bytes
}
