import Foundation

/// What was found, for standard output: `value` for one key, `key<TAB>value` for several (postalias:
/// `key:<TAB>value`).
struct Answers {
    /// What follows a key; nil where keys are not written.
    private let keyEnding: String?
    private var output: [UInt8] = []
    private(set) var found = false

    init(keyEnding: String? = nil) {
        self.keyEnding = keyEnding
    }

    mutating func add(_ key: [UInt8], _ value: [UInt8]) {
        found = true
        if let keyEnding {
            output.append(contentsOf: key)
            output.append(contentsOf: keyEnding.utf8)
        }
        output.append(contentsOf: value)
        output.append(UInt8(ascii: "\n"))
        if output.count >= 1 << 16 { flush() }
    }

    mutating func flush() {
        var rest = output[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            // Nobody reads any more.
            guard count > 0 else { break }
            rest = rest.dropFirst(count)
        }
        output.removeAll(keepingCapacity: true)
    }
}
