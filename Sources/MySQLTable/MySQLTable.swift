// MySQLTable
