/// What a key must not mean in the two places where it is put.
enum LDAPQuoting {
    /// In a filter: RFC 4515 §3, the characters that are part of a filter's structure as `\XX`.
    static func filterValue(_ value: Slice<UnsafeBufferPointer<UInt8>>, into text: inout [UInt8]) {
        for byte in value {
            switch byte {
            case UInt8(ascii: "*"), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "\\"), 0:
                appendHex(byte, to: &text)
            default: text.append(byte)
            }
        }
    }

    /// In a distinguished name: RFC 4514 §2.4. White space and `#` only matter at the ends, but may be written so
    /// everywhere.
    static func nameValue(_ value: Slice<UnsafeBufferPointer<UInt8>>, into text: inout [UInt8]) {
        for byte in value {
            switch byte {
            case 0...UInt8(ascii: " "), UInt8(ascii: "\""), UInt8(ascii: "#"), UInt8(ascii: "+"),
                UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "<"), UInt8(ascii: ">"),
                UInt8(ascii: "="), UInt8(ascii: "\\"), 0x7F:
                appendHex(byte, to: &text)
            default: text.append(byte)
            }
        }
    }

    private static func appendHex(_ byte: UInt8, to text: inout [UInt8]) {
        let digits: StaticString = "0123456789ABCDEF"
        text.append(UInt8(ascii: "\\"))
        text.append(digits.utf8Start[Int(byte >> 4)])
        text.append(digits.utf8Start[Int(byte & 15)])
    }
}
