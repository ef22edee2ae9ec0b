import Foundation
import Peers

/// `postmap -q -` with 20,000 keys, from the program's start to its end.
struct Lookups {
    static let keys = 20_000

    let arguments: [String]
    private let input: String

    init(arguments: [String]) {
        self.arguments = arguments
        var generator = SeededGenerator(seed: 13)
        input = (0..<Self.keys).map { _ in GuideData.address(&generator) + "\n" }.joined()
    }

    func run(_ program: [String]) throws -> (perSecond: Double, answers: String) {
        let start = ContinuousClock.now
        let result = try Command.runBlocking(program + arguments, input: input)
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        guard result.exitCode == 0 else {
            throw BenchmarkError("\(program) ended with \(result.exitCode): \(result.standardError)")
        }
        return (Double(Self.keys) / seconds, result.standardOutput)
    }
}
