import Foundation
import Synchronization

/// A bar at the foot of a terminal for work that takes its time; nothing where standard error is no terminal.
///
///     postmap: lmdb:/etc/postfix/virtual [===========>              ]  46%
final class ProgressBar: Sendable {
    private struct State {
        var shown = false
        var next: ContinuousClock.Instant
    }

    private let title: String
    private let isAtTerminal: Bool
    private let state: Mutex<State>
    private static let width = 26
    /// What is done sooner needs no bar.
    private static let patience = Duration.milliseconds(500)
    private static let pause = Duration.milliseconds(100)

    init(_ title: String) {
        self.title = String(
            title.unicodeScalars.map { $0.value < 32 || $0.value == 127 ? "?" : Character($0) })
        isAtTerminal = isatty(STDERR_FILENO) == 1
        state = Mutex(State(next: .now + Self.patience))
    }

    /// - Parameters:
    ///   - fraction: how much is done; 1 takes the bar away.
    ///   - phase: what is being done now.
    func show(_ fraction: Double, _ phase: String = "") {
        guard isAtTerminal else { return }
        state.withLock { state in
            if fraction >= 1 {
                if state.shown { Self.write("\r\u{1B}[K") }
                state.shown = false
                return
            }
            let now = ContinuousClock.now
            guard now >= state.next else { return }
            state.next = now + Self.pause
            state.shown = true
            let title = phase.isEmpty ? title : "\(title): \(phase)"
            Self.write("\r" + Self.line(title, fraction) + "\u{1B}[K")
        }
    }

    static func line(_ title: String, _ fraction: Double) -> String {
        let done = Int((max(0, min(1, fraction)) * Double(width - 1)).rounded(.down))
        let percent = String(Int(max(0, min(1, fraction)) * 100))
        return "\(title) [" + String(repeating: "=", count: done) + ">"
            + String(repeating: " ", count: width - 1 - done) + "] "
            + String(repeating: " ", count: max(0, 3 - percent.count)) + percent + "%"
    }

    private static func write(_ text: String) {
        FileHandle.standardError.write(Data(text.utf8))
    }
}
