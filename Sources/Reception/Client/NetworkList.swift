import MailFormat
import PostfixConfig

/// A list of networks such as `mynetworks`, searched in its order: the first pattern that matches decides.
///
///     127.0.0.0/8, !192.0.2.7, 192.0.2.0/24, [::1]/128, [2001:db8::]/32, /etc/postfix/networks
///
/// Source: postconf(5), `mynetworks`.
public struct NetworkList: Sendable {
    private struct Pattern: Sendable {
        let network: [UInt8]
        let prefixLength: Int
        let isExcluded: Bool

        func matches(_ address: [UInt8]) -> Bool {
            guard address.count == network.count else { return false }
            let whole = prefixLength / 8
            guard address[..<whole] == network[..<whole] else { return false }
            let rest = prefixLength % 8
            return rest == 0 || (address[whole] ^ network[whole]) >> (8 - rest) == 0
        }
    }

    private var patterns: [Pattern] = []

    public init() {}

    /// The addresses alone.
    init(_ addresses: some Sequence<IPAddress>) {
        patterns = addresses.map {
            Pattern(network: $0.bytes, prefixLength: $0.bytes.count * 8, isExcluded: false)
        }
    }

    /// - Parameters:
    ///   - words: the patterns; a path in place of one names a file of them.
    ///   - parameter: where the list stands, for what is thrown.
    public init(_ words: [String], parameter: String = "mynetworks") throws(SettingsFailure) {
        for word in words { try add(word[...], parameter: parameter, isExcluded: false, depth: 0) }
    }

    public func contains(_ address: IPAddress) -> Bool {
        guard let match = patterns.first(where: { $0.matches(address.bytes) }) else { return false }
        return !match.isExcluded
    }

    private mutating func add(
        _ word: Substring, parameter: String, isExcluded: Bool, depth: Int
    ) throws(SettingsFailure) {
        if word.hasPrefix("!") {
            try add(word.dropFirst(), parameter: parameter, isExcluded: !isExcluded, depth: depth)
        } else if word.hasPrefix("/") {
            guard depth < 10 else {
                throw SettingsFailure(parameter, "\(word): files name each other in a circle")
            }
            let words: [String]
            do throws(FileContent.Failure) {
                words = try ListSyntax.elements(ofFile: String(word))
            } catch {
                throw SettingsFailure(parameter, "\(word): \(error)")
            }
            for word in words {
                try add(word[...], parameter: parameter, isExcluded: isExcluded, depth: depth + 1)
            }
        } else {
            patterns.append(try Self.pattern(word, parameter: parameter, isExcluded: isExcluded))
        }
    }

    private static func pattern(
        _ word: Substring, parameter: String, isExcluded: Bool
    ) throws(SettingsFailure) -> Pattern {
        var text = word[...]
        var length: Int?
        if let slash = text.lastIndex(of: "/") {
            guard let number = Int(text[text.index(after: slash)...]) else {
                throw SettingsFailure(
                    parameter, "bad network \"\(word)\": what follows / must be a number of bits")
            }
            length = number
            text = text[..<slash]
        }
        if text.hasPrefix("["), text.hasSuffix("]") { text = text.dropFirst().dropLast() }
        guard let address = IPAddress(text) else {
            throw SettingsFailure(
                parameter,
                "\"\(word)\" is no address or network such as 192.0.2.0/24 or [2001:db8::]/32, and tables are not "
                    + "supported here")
        }
        let bits = address.bytes.count * 8
        let prefixLength = length ?? bits
        guard (0...bits).contains(prefixLength) else {
            throw SettingsFailure(parameter, "bad network \"\(word)\": there are 0 to \(bits) bits")
        }
        for bit in prefixLength..<bits where address.bytes[bit / 8] & (0x80 >> (bit % 8)) != 0 {
            throw SettingsFailure(
                parameter, "bad network \"\(word)\": bits are set beyond the first \(prefixLength)")
        }
        return Pattern(network: address.bytes, prefixLength: prefixLength, isExcluded: isExcluded)
    }
}
