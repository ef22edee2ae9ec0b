import CMongoC
import LookupTables

/// The values of a document: its strings, its integers and those of its arrays. Others are left out with a warning.
struct DocumentValues {
    let query: MongoDBQuery

    /// Adds the values of a document, a `bson_t *`, to a result.
    func add(_ document: OpaquePointer, to result: inout ResultList) throws(LookupFailure) {
        try add(BSONIterator(document), to: &result, depth: 0)
    }

    private func add(
        _ iterator: BSONIterator, to result: inout ResultList, depth: Int
    ) throws(LookupFailure) {
        // The server sends at most 100.
        guard depth <= 100 else {
            throw query.rules.failure(.result, "the answer has arrays that are nested too deep")
        }
        while iterator.next() {
            switch iterator.type {
            case BSON_TYPE_UTF8:
                if let text = iterator.text { try result.add(text) }
            case BSON_TYPE_INT32, BSON_TYPE_INT64:
                let digits = Array("\(bson_iter_as_int64(iterator.pointer))".utf8)
                try digits.withUnsafeBufferPointer { bytes throws(LookupFailure) in try result.add(bytes) }
            case BSON_TYPE_ARRAY: try add(iterator.inside, to: &result, depth: depth + 1)
            case let type:
                query.rules.logger.warning(
                    "\(query.rules.table): failed to retrieve value of '\(iterator.name)', Unknown result type \(type.rawValue)."
                )
            }
        }
    }
}
