/// How a table of fixed strings makes `John@Example.ORG` and `john@example.org` the same key.
public enum KeyFolding: Sendable {
    /// Unicode case folding, the same on both sides of a comparison.
    case lowercase
    /// Keys are as they were written: `postmap -f`.
    case none

    public func fold(_ key: String) -> String {
        switch self {
        case .none: key
        case .lowercase: Self.folded(key)
        }
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
