/// Told how far a run is, for somebody who waits.
public protocol CheckProgress: Sendable {
    /// - Parameters:
    ///   - phase: what is being done, in a few words: `reading aliases`.
    ///   - fraction: how much of the whole run is done, from 0 to 1; it never goes back.
    func show(_ phase: String, _ fraction: Double)
}

/// Nobody waits.
public struct NoProgress: CheckProgress {
    public init() {}

    public func show(_ phase: String, _ fraction: Double) {}
}
