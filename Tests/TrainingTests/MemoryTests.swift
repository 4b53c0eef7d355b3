import Networks
import Testing

@testable import Training

/// What a run says that it will need. tools/check-memory compares it with what it needs, in release builds.
@Suite struct MemoryTests {
  @Test func thePartsAreThoseOfTheRun() throws {
    let data = try TinyData()
    try TrainingWorkload.with(data.configuration(), network: TinyData.network()) { workload in
      let (memory, compute) = (workload.memory, workload.replicas.memory)
      #expect(memory.parameters == compute.parameters + compute.views)
      #expect(memory.gradients == compute.gradients && memory.moments == compute.moments)
      #expect(memory.activations == compute.activations)
      #expect(memory.batches == workload.loader.options.ringBatches * 8 * 8 * 8 * 4)
      #expect(memory.checkpoint == 0)
      let parts = [
        memory.program, memory.parameters, memory.gradients, memory.moments, memory.activations,
        memory.batches, memory.other,
      ]
      #expect(parts.allSatisfy { $0 > 0 } && parts.reduce(0, +) == memory.total)
    }
  }

  @Test func aRunSavesItsState() throws {
    let data = try TinyData()
    let recorder = Recorder()
    _ = try data.train(data.configuration(epochs: 1), recorder)
    guard
      case .started(let summary)? = recorder.events.first(where: {
        if case .started = $0 { true } else { false }
      })
    else {
      Issue.record("no summary")
      return
    }
    #expect(summary.memory.checkpoint >= summary.memory.moments)
    #expect(summary.memory.program > 0)
  }

  @Test func moreWorkersNeedMoreActivations() throws {
    let data = try TinyData()
    let activations = try [1, 2].map { workers in
      var configuration = data.configuration()
      configuration.workers = workers
      return try TrainingWorkload.with(configuration, network: TinyData.network()) { $0.memory.activations }
    }
    #expect(activations[1] == 2 * activations[0])
  }

  @Test func fieldsOfTheSystemsFile() {
    let status = "Name:\tconvoy\nVmPeak:\t  9 kB\nVmHWM:\t    2048 kB\nVmRSS:\t 1024 kB\n"
    #expect(ProcessMemory.field("VmHWM", of: status) == 2 << 20)
    #expect(ProcessMemory.field("VmRSS", of: status) == 1 << 20)
    #expect(ProcessMemory.field("VmSwap", of: status) == nil)
  }
}
