import MailFormat

/// Finds the mailbox that a misspelt address probably meant.
struct NearbyMailboxes {
    private let survey: DataSurvey
    private var mailboxes: [Int32: [String]] = [:]

    /// So many of a domain are compared.
    private static let limit = 2000

    /// - Parameter addresses: those that will be asked for; one pass over the data serves all of them.
    init(_ survey: DataSurvey, for addresses: [Int32]) {
        self.survey = survey
        let domains = Set(addresses.map(survey.book.domain))
        guard !domains.isEmpty else { return }
        for number in 0..<Int32(survey.book.count) where survey.book.marks[Int(number)].contains(.mailbox) {
            let domain = survey.book.domain(of: number)
            guard domains.contains(domain), mailboxes[domain, default: []].count < Self.limit else {
                continue
            }
            mailboxes[domain, default: []].append(survey.book.localPart(of: number))
        }
    }

    /// `john@example.org` for `jhon@example.org`; nil where nothing is like it.
    func nearest(to address: Int32) -> String? {
        let domain = survey.book.domain(of: address)
        guard let names = mailboxes[domain],
            let name = Likeness.nearest(to: survey.book.localPart(of: address), in: names)
        else { return nil }
        return MailAddress(localPart: name, domain: survey.book.domains.text(domain)).text
    }
}
