/// `fail:` can be written no more than it can be asked.
extension FailingDriver: TableMaker {
    func draft(of name: String, _ plan: DraftPlan, for opener: TableOpener) throws(TableError)
        -> any TableDraft
    {
        FailingDraft(name: "\(type):\(name)")
    }

    func remove(_ keys: [[UInt8]], from name: String, for opener: TableOpener) throws(TableError) -> Bool {
        guard !keys.isEmpty else { return false }
        throw TableError("table \(type):\(name): delete error: Application error")
    }
}

private final class FailingDraft: TableDraft {
    let name: String

    init(name: String) {
        self.name = name
    }

    func add(_ key: [UInt8], _ value: [UInt8], replaces: Bool) throws(TableError) {
        throw TableError("table \(name): write error: Application error")
    }

    func warn(_ text: String) {}
    func finish() throws(TableError) {}
    func abandon() {}
}
