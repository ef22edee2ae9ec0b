import CMongoC
import LookupTables

/// What one map asks a collection, and what becomes of the answer: mongodb_table(5).
final class MongoDBQuery: ServerQuery {
    let rules: MapRules
    let database: String
    let collection: String
    private let filter: FilterTemplate
    /// `{"projection": {…, "_id": 0}}`
    let options: BSONDocument

    static let names: Set<String> = [
        "dbname", "collection", "query_filter", "projection", "result_attribute",
    ]

    init(_ settings: TableSettings, opener: TableOpener) throws(TableError) {
        database = try settings.required("dbname")
        collection = try settings.required("collection")
        let text = try settings.required("query_filter")
        do throws(TableError) {
            filter = try FilterTemplate(text)
        } catch {
            throw settings.mistake("\(error)", "query_filter", text)
        }
        options = try Self.options(settings)
        rules = try MapRules(
            settings, templates: filter.templates,
            resultFormat: try settings.text("result_format", default: "%s"),
            expansionLimit: try settings.number("expansion_limit", default: 0), opener: opener)
    }

    /// The fields that are asked for: those of `result_attribute`, or what `projection` says.
    private static func options(_ settings: TableSettings) throws(TableError) -> BSONDocument {
        let projection = settings.text("projection") ?? ""
        let attributes = settings.text("result_attribute") ?? ""
        guard projection.isEmpty != attributes.isEmpty else {
            throw TableError("\(settings.table): specify exactly one of 'projection' or 'result_attribute'")
        }
        let given: BSONDocument?
        if projection.isEmpty {
            let names = attributes.split { $0 == "," || $0.isWhitespace }.map(String.init)
            given = BSONDocument { document in
                names.allSatisfy { $0 == "_id" || bson_append_int32(document, $0, -1, 1) }
            }
        } else {
            do throws(TableError) {
                given = try BSONDocument(json: projection)
            } catch {
                throw settings.mistake("no JSON document (\(error))", "projection", projection)
            }
        }
        let whole = BSONDocument { projection in
            guard let given, bson_concat(projection, given.pointer) else { return false }
            // Without it, each document's own id would be a value.
            return bson_has_field(given.pointer, "_id") || bson_append_int32(projection, "_id", -1, 0)
        }
        let options = whole.flatMap { whole in
            BSONDocument { bson_append_document($0, "projection", -1, whole.pointer) }
        }
        guard let options else {
            throw settings.mistake("too large", "projection", projection + attributes)
        }
        return options
    }

    /// The filter for a key; nil where the key is too long for a document.
    func filter(for key: String) -> BSONDocument? { filter.fill(with: key) }

    /// For `explain`: `db.getCollection("mailbox").find({…}, {…})`.
    func description(_ filter: BSONDocument) -> String {
        "db.getCollection(\"\(collection)\").find(\(filter.text), \(options.text))"
    }
}
