import Glibc

/// A lookup key, equal to another where their bytes are. Swift's strings are also equal where only their
/// normalisation differs; two such keys are different rows.
public struct ExactKey: Hashable, Sendable {
    public let text: String

    public init(_ text: String) {
        self.text = text
    }

    public static func == (one: ExactKey, other: ExactKey) -> Bool {
        // Byte by byte in one go: a queue compares a key for each lookup.
        one.text.withBytes { one in
            other.text.withBytes { other in
                guard one.count == other.count else { return false }
                guard let first = one.baseAddress, let second = other.baseAddress else { return true }
                return memcmp(first, second, one.count) == 0
            }
        }
    }

    public func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}
