import COneDNN
import Testing

@Suite struct LibraryTests {
  @Test func versionIsOneThatTheRoomIsWrittenFor() {
    var (major, minor, patch): (Int32, Int32, Int32) = (0, 0, -1)
    cdnn_version(&major, &minor, &patch)
    #expect((major == 2 && minor >= 6) || major == 3)
    #expect(patch >= 0)
  }

  @Test func instructionSetHasAName() {
    #expect(!String(cString: cdnn_isa()).isEmpty)
  }

  @Test func threadsCanBeSet() {
    #expect(cdnn_use_one_thread() == 0)
  }

  @Test(arguments: [
    (Int32(0), "success"), (1, "out of memory"), (2, "invalid arguments"),
    (3, "no kernel for this shape, type or layout"), (5, "the kernel failed while it ran"),
    (99, "unknown status"),
  ])
  func statusHasText(status: Int32, text: String) {
    #expect(String(cString: cdnn_status_text(status)) == text)
  }
}
