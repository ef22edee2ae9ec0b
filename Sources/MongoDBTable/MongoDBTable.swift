import LookupTables

/// A map in a MongoDB collection.
typealias MongoDBTable = ServerTable<MongoDBQuery>

typealias MongoDBQuestion = ServerQuestion<MongoDBQuery>
