/// Waits for what comes in its own time.
public enum Eventually {
    /// Asks until the condition holds; returns as soon as it does.
    ///
    /// - Parameter seconds: so long that only a hang uses it up.
    /// - Returns: whether it came to hold.
    public static func holds(
        seconds: Double = 60, every pause: Duration = .milliseconds(20),
        _ condition: () async throws -> Bool
    ) async rethrows -> Bool {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while try await !condition() {
            guard ContinuousClock.now < deadline else { return false }
            try? await Task.sleep(for: pause)
        }
        return true
    }
}
