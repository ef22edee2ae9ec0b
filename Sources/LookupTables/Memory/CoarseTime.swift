/// Tenths of a second since the program started: four bytes, good for 13 years.
enum CoarseTime {
    private static let start = ContinuousClock.now

    static var now: UInt32 { tenths(.now - start) }

    static func tenths(_ duration: Duration) -> UInt32 {
        let (seconds, attoseconds) = duration.components
        return UInt32(clamping: seconds.multipliedReportingOverflow(by: 10).partialValue)
            &+ UInt32(clamping: attoseconds / 100_000_000_000_000_000)
    }

    /// What counts at `now` where answers are good for so long.
    static func oldest(_ now: UInt32, _ lifetime: Duration) -> UInt32 {
        let lifetime = tenths(lifetime)
        return lifetime >= now ? 0 : now - lifetime
    }

    static func age(_ time: UInt32, _ now: UInt32) -> Duration {
        .milliseconds(Int64(now > time ? now - time : 0) * 100)
    }
}
