import Foundation

/// What was found, for standard output: `value` for one key, `key<TAB>value` for several.
struct Answers {
    private let writesKeys: Bool
    private var output: [UInt8] = []
    private(set) var found = false

    init(writesKeys: Bool) {
        self.writesKeys = writesKeys
    }

    mutating func add(_ key: [UInt8], _ value: [UInt8]) {
        found = true
        if writesKeys {
            output.append(contentsOf: key)
            output.append(UInt8(ascii: "\t"))
        }
        output.append(contentsOf: value)
        output.append(UInt8(ascii: "\n"))
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
