import Logging
import MailFormat
import Peers
import Routing
import Synchronization

@testable import Delivery

/// A verifier with a clock that stands, and probes that say what the test wants.
final class VerifierDesk: Sendable {
    private struct State {
        var asked: [String] = []
        var senders: [String] = []
        var answers: [String: ProbeResult] = [:]
        var isHeld = false
        var held: [CheckedContinuation<Void, Never>] = []
    }

    private let state: Mutex<State>
    let log = LogRecorder()
    let verifier: Verifier

    init(
        place: VerificationPlace = .memory, now: Int64 = 1_700_000_000,
        _ change: (inout VerificationSettings) -> Void = { _ in }
    ) {
        state = Mutex(State())
        var settings = VerificationSettings()
        settings.sender = ProbeSender(MailAddress("double-bounce@mx.test"))
        change(&settings)
        let clock = Clock(now)
        self.clock = clock
        verifier = Verifier(settings, place: place, logger: log.logger("verify"), now: { clock.now })
    }

    private let clock: Clock

    private final class Clock: Sendable {
        private let seconds: Mutex<Int64>
        init(_ now: Int64) { seconds = Mutex(now) }
        var now: Int64 {
            get { seconds.withLock { $0 } }
            set { seconds.withLock { $0 = newValue } }
        }
    }

    /// Runs the verifier while the test goes on.
    func run<Result: Sendable>(_ body: @Sendable () async throws -> Result) async rethrows -> Result {
        let verifier = verifier
        let running = Task {
            await verifier.run { address, sender, _ in await self.probe(address, sender) }
        }
        defer { verifier.close() }
        do {
            let result = try await body()
            release()
            running.cancel()
            await running.value
            return result
        } catch {
            release()
            running.cancel()
            await running.value
            throw error
        }
    }

    private func probe(_ address: MailAddress, _ sender: ReversePath) async -> ProbeResult {
        await withCheckedContinuation { continuation in
            let isHeld = state.withLock { state in
                state.asked.append(address.text)
                state.senders.append(sender.text)
                if state.isHeld { state.held.append(continuation) }
                return state.isHeld
            }
            if !isHeld { continuation.resume() }
        }
        return state.withLock { $0.answers[address.text] } ?? ProbeResult(.deliverable, "250 2.1.5 Ok")
    }

    var asked: [String] { state.withLock { $0.asked } }
    var senders: [String] { state.withLock { $0.senders } }

    func advance(_ seconds: Int64) { clock.now += seconds }

    func answer(_ address: String, _ status: ProbeResult.Status, _ text: String, isRemembered: Bool = true) {
        state.withLock {
            $0.answers[address] = ProbeResult(status, text, isRemembered: isRemembered)
        }
    }

    /// Probes that begin wait until they are released.
    func hold() { state.withLock { $0.isHeld = true } }

    func release() {
        let held = state.withLock { state in
            state.isHeld = false
            defer { state.held = [] }
            return state.held
        }
        for continuation in held { continuation.resume() }
    }

    /// What is said of an address.
    func ask(_ address: String, patience: Duration = .seconds(60)) async -> Verification {
        await verifier.verification(of: MailAddress(address), patience: patience)
    }

    /// The same, until it is what the test waits for.
    func ask(_ address: String, until status: Verification.Status, _ text: String? = nil) async -> Bool {
        await Eventually.holds(seconds: 60, every: .milliseconds(5)) {
            let answer = await self.ask(address, patience: .zero)
            return answer.status == status && (text == nil || answer.text == text)
        }
    }

    func waitForProbes(_ count: Int) async -> Bool {
        await Eventually.holds(seconds: 60, every: .milliseconds(5)) { self.asked.count >= count }
    }
}
