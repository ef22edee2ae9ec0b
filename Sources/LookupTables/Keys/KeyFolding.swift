/// How a table of fixed strings makes `John@Example.ORG` and `john@example.org` the same key.
public enum KeyFolding: Sendable {
    /// Unicode case folding, the same on both sides of a comparison.
    case lowercase
    /// The letters A to Z alone: `postmap -u`, `smtputf8_enable = no`.
    case asciiLowercase
    /// Keys are as they were written: `postmap -f`.
    case none

    public func fold(_ key: String) -> String {
        switch self {
        case .none: key
        case .lowercase: Self.folded(key)
        case .asciiLowercase: String(decoding: fold(Array(key.utf8)), as: UTF8.self)
        }
    }

    /// Folds a key that may be no UTF-8; of such a one the letters A to Z.
    public func fold(_ key: [UInt8]) -> [UInt8] {
        switch self {
        case .none: return key
        case .lowercase:
            if let text = String(validating: key, as: UTF8.self) { return Array(Self.folded(text).utf8) }
        case .asciiLowercase: break
        }
        return key.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
    }

    private static func folded(_ key: String) -> String {
        var isASCII = true
        for byte in key.utf8 {
            if byte >= 0x80 { isASCII = false } else if (0x41...0x5A).contains(byte) { return lowered(key) }
        }
        return isASCII ? key : lowered(key)
    }

    private static func lowered(_ key: String) -> String {
        if key.utf8.allSatisfy({ $0 < 0x80 }) { return key.lowercased() }
        var result = ""
        result.reserveCapacity(key.utf8.count)
        for scalar in key.unicodeScalars {
            switch scalar.value {
            // The exceptions of CaseFolding.txt: dotless i is itself, the capital sharp s is two letters, and
            // Cherokee folds to its upper case.
            case 0x131: result.unicodeScalars.append(scalar)
            case 0x1E9E: result += "ss"
            case 0x13A0...0x13FD, 0xAB70...0xABBF: result += scalar.properties.uppercaseMapping
            default:
                // Upper and lower case in turn is what full folding comes to otherwise (ß, ς).
                for upper in scalar.properties.uppercaseMapping.unicodeScalars {
                    result += upper.properties.lowercaseMapping
                }
            }
        }
        return result
    }
}
