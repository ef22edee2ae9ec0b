import LookupTables
import MailFormat

/// Every address that the tables name, folded to lower case, each once and with a number.
///
/// A catch-all `@example.org` is an address with an empty local part; a bare word (`root`, or the `example.org` that
/// makes an alias domain) is one without a domain.
struct AddressBook: Sendable {
    typealias Number = Int32

    /// What stands for "no domain".
    static let noDomain: Int32 = -1

    private(set) var domains = InternedTexts()
    /// Four bytes of the domain's number, then the local part.
    private var addresses = InternedTexts()
    private(set) var marks: [Marks] = []
    private var scratch: [UInt8] = []

    /// What is known of an address.
    struct Marks: OptionSet, Sendable {
        let rawValue: UInt8
        /// A mailbox map has it.
        static let mailbox = Marks(rawValue: 1)
        /// An alias map has it.
        static let alias = Marks(rawValue: 4)
        /// An alias names it by a bare word: `root`.
        static let word = Marks(rawValue: 8)
    }

    var count: Int { addresses.count }

    // MARK: Writing

    /// - Parameter text: `user@domain`, `@domain` or `word`, split at the last `@`.
    mutating func number(of text: UnsafeRawBufferPointer) -> Number {
        guard let at = text.lastIndex(of: UInt8(ascii: "@")) else {
            return number(localPart: text, domain: Self.noDomain)
        }
        let domain = domainNumber(UnsafeRawBufferPointer(rebasing: text[(at + 1)...]))
        return number(localPart: UnsafeRawBufferPointer(rebasing: text[..<at]), domain: domain)
    }

    mutating func number(of address: MailAddress) -> Number {
        var (localPart, domain) = (address.localPart, address.domain)
        let domainNumber = domain?.withUTF8 { self.domainNumber(UnsafeRawBufferPointer($0)) } ?? Self.noDomain
        return localPart.withUTF8 { number(localPart: UnsafeRawBufferPointer($0), domain: domainNumber) }
    }

    mutating func number(localPart: UnsafeRawBufferPointer, domain: Int32) -> Number {
        // Taken out for the time of its use: it is read while the rest is written.
        var key: [UInt8] = []
        swap(&key, &scratch)
        defer { swap(&key, &scratch) }
        key.removeAll(keepingCapacity: true)
        withUnsafeBytes(of: domain) { key.append(contentsOf: $0) }
        Self.appendFolded(localPart, to: &key)
        let number = key.withUnsafeBytes { addresses.intern($0) }
        if Int(number) == marks.count { marks.append([]) }
        return number
    }

    mutating func domainNumber(_ domain: UnsafeRawBufferPointer) -> Int32 {
        var key: [UInt8] = []
        swap(&key, &scratch)
        defer { swap(&key, &scratch) }
        key.removeAll(keepingCapacity: true)
        Self.appendFolded(domain, to: &key)
        return key.withUnsafeBytes { domains.intern($0) }
    }

    mutating func mark(_ number: Number, _ marks: Marks) { self.marks[Int(number)].formUnion(marks) }

    // MARK: Reading

    func find(localPart: UnsafeRawBufferPointer, domain: Int32) -> Number? {
        var key = Self.prefix(domain)
        Self.appendFolded(localPart, to: &key)
        return key.withUnsafeBytes { addresses.find($0) }
    }

    func find(localPart: String, domain: Int32) -> Number? {
        var localPart = localPart
        return localPart.withUTF8 { find(localPart: UnsafeRawBufferPointer($0), domain: domain) }
    }

    /// - Parameter text: `user@domain`, `@domain` or `word`, split at the last `@`.
    func find(_ text: String) -> Number? {
        let address = MailAddress(text)
        guard let name = address.domain else { return find(localPart: text, domain: Self.noDomain) }
        return findDomain(name).flatMap { find(localPart: address.localPart, domain: $0) }
    }

    func findDomain(_ domain: String) -> Int32? {
        var folded = KeyFolding.lowercase.fold(domain)
        return folded.withUTF8 { domains.find(UnsafeRawBufferPointer($0)) }
    }

    func domain(of number: Number) -> Int32 {
        addresses.withText(number) { $0.loadUnaligned(as: Int32.self) }
    }

    /// - Parameter body: given the local part's bytes, good for the time of the call.
    func withLocalPart<Result>(of number: Number, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        addresses.withText(number) { body(UnsafeRawBufferPointer(rebasing: $0.dropFirst(4))) }
    }

    func localPart(of number: Number) -> String {
        withLocalPart(of: number) { String(decoding: $0, as: UTF8.self) }
    }

    func hasEmptyLocalPart(_ number: Number) -> Bool { withLocalPart(of: number, \.isEmpty) }

    func address(_ number: Number) -> MailAddress {
        let domain = domain(of: number)
        return MailAddress(
            localPart: localPart(of: number), domain: domain < 0 ? nil : domains.text(domain))
    }

    func text(_ number: Number) -> String { address(number).text }

    // MARK: Keys

    private static func prefix(_ domain: Int32) -> [UInt8] { withUnsafeBytes(of: domain) { Array($0) } }

    /// As tables fold their keys.
    private static func appendFolded(_ text: UnsafeRawBufferPointer, to key: inout [UInt8]) {
        let start = key.count
        key.append(contentsOf: text)
        let isASCII = key.withUnsafeMutableBufferPointer { bytes in
            var isASCII = true
            for index in start..<bytes.count {
                let byte = bytes[index]
                if byte &- 0x41 < 26 { bytes[index] = byte | 0x20 } else if byte >= 0x80 { isASCII = false }
            }
            return isASCII
        }
        guard !isASCII else { return }
        key.removeLast(key.count - start)
        key += KeyFolding.lowercase.fold(Array(text))
    }
}
