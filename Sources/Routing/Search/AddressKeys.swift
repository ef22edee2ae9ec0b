import LookupTables
import MailFormat

/// The keys under which an address may stand in a table, in the order in which they are asked.
///
///     john+tag@example.org
///     john@example.org
///     john+tag, john            only where the domain is this machine's own
///     @example.org
///
/// A local part that needs quoting is asked quoted first, then as it is. Source: virtual(5), "TABLE SEARCH
/// ORDER"; the forms with quotes as Postfix 3.2 and later ask them.
struct AddressKeys: Sendable {
    struct Key: Sendable {
        let text: String
        /// A part of the address: tables that take only whole ones are not asked.
        let isPartial: Bool
        let kind: Kind
    }

    enum Kind: Sendable {
        /// The local part as it is.
        case whole
        /// Without the extension, which the key then left unmatched.
        case withoutExtension
        /// `@domain`
        case catchall
        /// A domain, a parent, or `*`: transport(5).
        case domain
    }

    private(set) var keys: [Key] = []
    /// The extension with its delimiter, `+tag`; empty where there is none.
    let `extension`: String

    /// - Parameter isOwn: the domain is `$myorigin`, in `$mydestination` or an interface's address, so that
    ///   the bare local part is asked as well.
    init(_ address: MailAddress, rule: AddressExtension, isOwn: Bool, catchall: Bool = true) {
        let split = rule.split(address.localPart)
        `extension` = split?.extension ?? ""
        let bare = split.map { MailAddress(localPart: $0.user, domain: address.domain) }

        add(address, .whole, isPartial: false)
        if let bare { add(bare, .withoutExtension, isPartial: true) }
        guard let domain = address.domain else { return }
        if isOwn {
            add(MailAddress(localPart: address.localPart, domain: nil), .whole, isPartial: true)
            if let bare {
                add(MailAddress(localPart: bare.localPart, domain: nil), .withoutExtension, isPartial: true)
            }
        }
        if catchall { keys.append(Key(text: "@\(domain)", isPartial: true, kind: .catchall)) }
    }

    /// The keys of transport(5): the address, then its domain and the parents, then `*`.
    init(transportOf address: MailAddress, rule: AddressExtension, parentsWithLeadingDot: Bool) {
        let split = rule.split(address.localPart)
        `extension` = split?.extension ?? ""
        add(address, .whole, isPartial: false)
        if let split {
            add(
                MailAddress(localPart: split.user, domain: address.domain), .withoutExtension, isPartial: true
            )
        }
        if let domain = address.domain {
            keys.append(Key(text: domain, isPartial: true, kind: .domain))
            for parent in DomainParents.of(domain, withLeadingDot: parentsWithLeadingDot) {
                keys.append(Key(text: parent, isPartial: true, kind: .domain))
            }
        }
        keys.append(Key(text: "*", isPartial: false, kind: .domain))
    }

    private mutating func add(_ address: MailAddress, _ kind: Kind, isPartial: Bool) {
        let plain = address.text
        let quoted = address.quoted
        if quoted != plain { keys.append(Key(text: quoted, isPartial: isPartial, kind: kind)) }
        keys.append(Key(text: plain, isPartial: isPartial, kind: kind))
    }
}
