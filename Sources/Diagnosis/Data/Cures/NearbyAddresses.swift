import MailFormat

/// Finds the mailbox or alias that a misspelt address probably meant.
struct NearbyAddresses {
    private let survey: DataSurvey
    private var mailboxes: [Int32: [String]] = [:]
    private var aliases: [Int32: [String]] = [:]

    /// So many of a domain are compared.
    private static let limit = 2000

    /// - Parameter addresses: those that will be asked for; one pass over the data serves all of them.
    init(_ survey: DataSurvey, for addresses: [Int32]) {
        self.survey = survey
        let domains = Set(addresses.map(survey.book.domain))
        guard !domains.isEmpty else { return }
        for number in 0..<Int32(survey.book.count) {
            let marks = survey.book.marks[Int(number)]
            guard marks.contains(.mailbox) || marks.contains(.alias) else { continue }
            let domain = survey.book.domain(of: number)
            guard domain >= 0, domains.contains(domain), !survey.book.hasEmptyLocalPart(number) else {
                continue
            }
            let name = survey.book.localPart(of: number)
            if marks.contains(.mailbox) {
                if mailboxes[domain, default: []].count < Self.limit { mailboxes[domain, default: []].append(name) }
            } else if aliases[domain, default: []].count < Self.limit, !name.hasSuffix("*") {
                aliases[domain, default: []].append(name)
            }
        }
    }

    /// `john@example.org` for `jhon@example.org`, mailboxes before aliases; nil where nothing is like it.
    func nearest(to address: Int32) -> String? {
        let domain = survey.book.domain(of: address)
        let name = survey.book.localPart(of: address)
        for names in [mailboxes[domain] ?? [], aliases[domain] ?? []] {
            if let meant = Likeness.nearest(to: name, in: names.filter { $0 != name }) {
                return MailAddress(localPart: meant, domain: survey.book.domains.text(domain)).text
            }
        }
        return nil
    }
}
