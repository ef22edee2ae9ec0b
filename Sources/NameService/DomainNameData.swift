/// Names and texts as records have them: RFC 1035 §3.3.
enum DomainNameData {
    /// A name of labels with their lengths, without the dot at its end; nil where it is none.
    static func name(in data: ArraySlice<UInt8>) -> String? {
        var labels: [String] = []
        var rest = data
        while let length = rest.popFirst() {
            if length == 0 { return labels.joined(separator: ".") }
            // Compressed names do not leave libunbound.
            guard length < 64, rest.count > Int(length) else { return nil }
            labels.append(label(rest.prefix(Int(length))))
            rest = rest.dropFirst(Int(length))
        }
        return nil
    }

    /// In lower case; what is no printable ASCII, and a dot, as in a zone file: `\046`.
    private static func label(_ bytes: ArraySlice<UInt8>) -> String {
        bytes.map { byte -> String in
            guard (0x21...0x7E).contains(byte), byte != UInt8(ascii: "."), byte != UInt8(ascii: "\\") else {
                let digits = String(byte)
                return "\\" + String(repeating: "0", count: 3 - digits.count) + digits
            }
            return String(UnicodeScalar(byte)).lowercased()
        }.joined()
    }

    /// The strings of a TXT record, one after the other; nil where they are cut short.
    static func text(in data: [UInt8]) -> [UInt8]? {
        var text: [UInt8] = []
        var rest = data[...]
        while let length = rest.popFirst() {
            guard rest.count >= Int(length) else { return nil }
            text += rest.prefix(Int(length))
            rest = rest.dropFirst(Int(length))
        }
        return text
    }
}

/// Where the names of an address stand: `1.2.0.192.in-addr.arpa` (RFC 1035 §3.5), `….ip6.arpa` (RFC 3596 §2.5).
public enum ReverseName {
    public static func of(_ address: [UInt8]) -> String {
        guard address.count == 16 else {
            return address.reversed().map(String.init).joined(separator: ".") + ".in-addr.arpa"
        }
        return address.reversed().map { "\(String($0 & 15, radix: 16)).\(String($0 >> 4, radix: 16))" }
            .joined(separator: ".") + ".ip6.arpa"
    }
}
