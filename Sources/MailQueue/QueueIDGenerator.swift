import Synchronization

/// Makes queue ids without asking the disk: `4XyzKt3B0dz7Pq2` has the form of Postfix's long queue ids.
///
/// Six characters of seconds and four of microseconds, so ids sort by arrival; `z`; then four that were drawn
/// when the program started. Time only moves forward here, so an id is unique in this process, and the drawn
/// part keeps two processes apart even where the clock was set back between them. There are no vowels: an id
/// never spells a word, and the patterns of log tools for long ids match.
final class QueueIDGenerator: Sendable {
    private static let digits = Array("0123456789BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz".utf8)

    private let latest = Mutex<Int64>(0)
    private let suffix: [UInt8]
    private let now: @Sendable () -> Timestamp

    init(now: @escaping @Sendable () -> Timestamp) {
        self.now = now
        // The last digit, z, stays the separator's.
        suffix = (0..<4).map { _ in Self.digits[Int.random(in: 0..<51)] }
    }

    /// A new id, and the moment it stands for.
    func next() -> (QueueID, Timestamp) {
        let clock = now().microseconds
        let moment = latest.withLock { latest in
            latest = max(clock, latest + 1)
            return latest
        }
        var text: [UInt8] = []
        text.reserveCapacity(15)
        Self.append(moment / 1_000_000, width: 6, to: &text)
        Self.append(moment % 1_000_000, width: 4, to: &text)
        text.append(UInt8(ascii: "z"))
        text.append(contentsOf: suffix)
        return (QueueID(generated: String(decoding: text, as: UTF8.self)), Timestamp(microseconds: moment))
    }

    private static func append(_ number: Int64, width: Int, to text: inout [UInt8]) {
        var rest = number
        let start = text.count
        text.append(contentsOf: repeatElement(digits[0], count: width))
        for position in stride(from: start + width - 1, through: start, by: -1) {
            text[position] = digits[Int(rest % 52)]
            rest /= 52
        }
    }
}
