/// A lookup key, equal to another where their bytes are. Swift's strings are also equal where only their
/// normalisation differs; two such keys are different rows.
public struct ExactKey: Hashable, Sendable {
    public let text: String

    public init(_ text: String) {
        self.text = text
    }

    public static func == (one: ExactKey, other: ExactKey) -> Bool {
        one.text.utf8.elementsEqual(other.text.utf8)
    }

    public func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}
