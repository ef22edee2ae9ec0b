/// A driver whose tables can be made of a source and changed: `postmap type:name`, `-i`, `-d`.
public protocol TableMaker: TableDriver {
    /// Begins to make or to change a table. Nothing of it is seen by anybody before ``TableDraft/finish()``.
    ///
    /// - Parameter name: what stands right of the colon.
    func draft(of name: String, _ plan: DraftPlan, for opener: TableOpener) throws(TableError)
        -> any TableDraft

    /// Takes entries out of a table.
    ///
    /// - Parameter keys: folded as the table's keys are.
    /// - Returns: whether one of them was there.
    func remove(_ keys: [[UInt8]], from name: String, for opener: TableOpener) throws(TableError) -> Bool
}

/// What is to become of a table: the options of postmap(1).
public struct DraftPlan: Sendable {
    public enum Beginning: Sendable {
        /// With nothing.
        case empty
        /// With what the table has, where it is there: `-i`.
        case existing
    }

    /// A key that the table has already.
    public enum Doubles: Sendable {
        /// The first entry stays, and a warning says so.
        case warn
        /// The first entry stays: `-w`.
        case ignore
        /// The last entry stays: `-r`.
        case replace
    }

    /// How keys and values end in the file.
    public enum Ending: Sendable {
        /// As Postfix has it for this kind of table.
        case customary
        /// `-N`.
        case withNUL
        /// `-n`.
        case withoutNUL
    }

    public var beginning: Beginning
    public var doubles: Doubles
    public var ending: Ending
    /// Permissions of a new file. One that is there keeps its own, save for `cdb:`.
    public var mode: UInt32
    /// Told how much of the table is written, from 0 to 1.
    public var progress: (@Sendable (Double) -> Void)?

    public init(
        beginning: Beginning = .empty, doubles: Doubles = .warn, ending: Ending = .customary,
        mode: UInt32 = 0o644,
        progress: (@Sendable (Double) -> Void)? = nil
    ) {
        self.beginning = beginning
        self.doubles = doubles
        self.ending = ending
        self.mode = mode
        self.progress = progress
    }
}

/// A table in the making, in the hands of one thread. Its calls block.
public protocol TableDraft: AnyObject {
    /// - Parameter replaces: takes the place of an earlier entry with this key whatever the plan says.
    func add(_ key: [UInt8], _ value: [UInt8], replaces: Bool) throws(TableError)

    /// Keeps a warning about the source for its turn among those that the table has itself.
    func warn(_ text: String)

    /// Puts the table in place, in one step: whoever looks up meanwhile sees the old one or the new one,
    /// whole.
    func finish() throws(TableError)

    /// Prints the warnings that were kept; the table stays as it was.
    func abandon()
}
