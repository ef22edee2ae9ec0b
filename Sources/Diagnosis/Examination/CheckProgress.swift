/// Told how far the rules are, for somebody who waits.
public protocol CheckProgress: Sendable {
    /// - Parameters:
    ///   - step: what is being done, in a few words: `aliases of example.org`.
    ///   - fraction: how much of it is done, from 0 to 1.
    func show(_ step: String, _ fraction: Double)
}

/// Nobody waits.
public struct NoProgress: CheckProgress {
    public init() {}

    public func show(_ step: String, _ fraction: Double) {}
}
