import MailFormat

/// A type of record that can be asked for.
protocol RecordData: Sendable {
    /// The number of the type (RFC 1035 §3.2.2).
    static var type: Int32 { get }
    init?(_ reader: inout RecordReader)
}

/// RFC 1035 §3.3.9.
public struct MailExchanger: RecordData, Hashable, Comparable {
    static let type: Int32 = 15

    public let preference: UInt16
    /// The root where the domain takes no mail (RFC 7505).
    public let host: DomainName

    public init(preference: UInt16, host: DomainName) {
        self.preference = preference
        self.host = host
    }

    init?(_ reader: inout RecordReader) {
        guard let preference = reader.number(), let host = reader.name() else { return nil }
        self.init(preference: preference, host: host)
    }

    public static func < (one: Self, other: Self) -> Bool {
        (one.preference, one.host.description) < (other.preference, other.host.description)
    }
}

/// A and AAAA: RFC 1035 §3.4.1, RFC 3596 §2.2.
struct AddressRecord<Version: AddressVersion>: RecordData {
    static var type: Int32 { Version.type }
    let address: IPAddress

    init?(_ reader: inout RecordReader) {
        let bytes = reader.remainder()
        guard bytes.count == Version.length, let address = IPAddress(bytes: bytes) else { return nil }
        self.address = address
    }
}

protocol AddressVersion: Sendable {
    static var type: Int32 { get }
    static var length: Int { get }
}

enum IPv4: AddressVersion {
    static let type: Int32 = 1
    static let length = 4
}

enum IPv6: AddressVersion {
    static let type: Int32 = 28
    static let length = 16
}

/// PTR: RFC 1035 §3.3.12.
struct PointerRecord: RecordData {
    static let type: Int32 = 12
    let name: DomainName

    init?(_ reader: inout RecordReader) {
        guard let name = reader.name() else { return nil }
        self.name = name
    }
}

/// TXT: RFC 1035 §3.3.14. Its strings are one text, as mail's records have it (RFC 7208 §3.3).
struct TextRecord: RecordData {
    static let type: Int32 = 16
    let text: String

    init?(_ reader: inout RecordReader) {
        var bytes: [UInt8] = []
        while !reader.isAtEnd {
            guard let piece = reader.characterString() else { return nil }
            bytes += piece
        }
        text = String(decoding: bytes, as: UTF8.self)
    }
}

/// RFC 6698 §2.1: which certificate a server shows.
public struct TLSAssociation: RecordData, Hashable {
    static let type: Int32 = 52

    public let usage: UInt8
    public let selector: UInt8
    public let matchingType: UInt8
    public let data: [UInt8]

    init?(_ reader: inout RecordReader) {
        guard let usage = reader.byte(), let selector = reader.byte(), let matchingType = reader.byte() else {
            return nil
        }
        (self.usage, self.selector, self.matchingType) = (usage, selector, matchingType)
        data = reader.remainder()
    }
}
