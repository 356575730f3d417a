/* Small SAF-T files of both countries, put together from parts. */
#ifndef TAXFLOW_TESTS_IMPORT_SAFT_FILE_H
#define TAXFLOW_TESTS_IMPORT_SAFT_FILE_H

#define NO_FILE(content) "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<n1:AuditFile xmlns:n1=\"urn:StandardAuditFile-Taxation-Financial:NO\">\n" content "</n1:AuditFile>\n"
#define NO_HEADER "<n1:Header><n1:AuditFileVersion>1.30</n1:AuditFileVersion><n1:Company><n1:RegistrationNumber>888888888</n1:RegistrationNumber>" \
                  "<n1:Name>Tre AS</n1:Name><n1:TaxRegistration><n1:TaxRegistrationNumber>888888888MVA</n1:TaxRegistrationNumber></n1:TaxRegistration></n1:Company>" \
                  "<n1:DefaultCurrencyCode>NOK</n1:DefaultCurrencyCode><n1:SelectionCriteria><n1:SelectionStartDate>2025-01-01</n1:SelectionStartDate>" \
                  "<n1:SelectionEndDate>2025-12-31</n1:SelectionEndDate></n1:SelectionCriteria></n1:Header>\n"
#define NO_ACCOUNT(id, opening, closing) "<n1:Account><n1:AccountID>" id "</n1:AccountID><n1:AccountDescription>Konto</n1:AccountDescription>" \
                  "<n1:GroupingCode>15</n1:GroupingCode><n1:AccountType>GL</n1:AccountType><n1:OpeningDebitBalance>" opening "</n1:OpeningDebitBalance>" \
                  "<n1:ClosingDebitBalance>" closing "</n1:ClosingDebitBalance></n1:Account>\n"
#define NO_CUSTOMER(id, balance) "<n1:Customer><n1:Name>Kunde</n1:Name><n1:CustomerID>" id "</n1:CustomerID>" balance "</n1:Customer>\n"
#define NO_BALANCE(account, opening, closing) "<n1:BalanceAccount><n1:AccountID>" account "</n1:AccountID><n1:OpeningDebitBalance>" opening \
                  "</n1:OpeningDebitBalance><n1:ClosingDebitBalance>" closing "</n1:ClosingDebitBalance></n1:BalanceAccount>"
#define NO_TAX_TABLE "<n1:TaxTable><n1:TaxTableEntry><n1:TaxType>MVA</n1:TaxType><n1:TaxCodeDetails><n1:TaxCode>3</n1:TaxCode><n1:TaxPercentage>25.00</n1:TaxPercentage>" \
                  "</n1:TaxCodeDetails></n1:TaxTableEntry></n1:TaxTable>\n"
#define NO_MASTERS(accounts, customers) "<n1:MasterFiles><n1:GeneralLedgerAccounts>" accounts "</n1:GeneralLedgerAccounts><n1:Customers>" customers "</n1:Customers>" \
                  NO_TAX_TABLE "</n1:MasterFiles>\n"
#define NO_LINE(account, side, amount, more) "<n1:Line><n1:RecordID>1</n1:RecordID><n1:AccountID>" account "</n1:AccountID>" more "<n1:Description>L</n1:Description><n1:" side \
                  "Amount><n1:Amount>" amount "</n1:Amount></n1:" side "Amount></n1:Line>\n"
#define NO_TAXED(account, side, amount, code, rate, base, tax) "<n1:Line><n1:RecordID>1</n1:RecordID><n1:AccountID>" account "</n1:AccountID><n1:" side "Amount><n1:Amount>" \
                  amount "</n1:Amount></n1:" side "Amount><n1:TaxInformation><n1:TaxType>MVA</n1:TaxType><n1:TaxCode>" code "</n1:TaxCode><n1:TaxPercentage>" rate \
                  "</n1:TaxPercentage><n1:TaxBase>" base "</n1:TaxBase><n1:CreditTaxAmount><n1:Amount>" tax "</n1:Amount></n1:CreditTaxAmount></n1:TaxInformation></n1:Line>\n"
#define NO_TRANSACTION(id, day, lines) "<n1:Transaction><n1:TransactionID>" id "</n1:TransactionID><n1:Period>1</n1:Period><n1:PeriodYear>2025</n1:PeriodYear><n1:TransactionDate>" \
                  day "</n1:TransactionDate><n1:SourceID>kari</n1:SourceID><n1:Description>T</n1:Description><n1:SystemEntryDate>" day "</n1:SystemEntryDate><n1:GLPostingDate>" day \
                  "</n1:GLPostingDate>" lines "</n1:Transaction>\n"
#define NO_JOURNAL(id, transactions) "<n1:Journal><n1:JournalID>" id "</n1:JournalID><n1:Description>J</n1:Description><n1:Type>GL</n1:Type>" transactions "</n1:Journal>\n"
#define NO_ENTRIES(count, debit, credit, journals) "<n1:GeneralLedgerEntries><n1:NumberOfEntries>" count "</n1:NumberOfEntries><n1:TotalDebit>" debit "</n1:TotalDebit><n1:TotalCredit>" \
                  credit "</n1:TotalCredit>" journals "</n1:GeneralLedgerEntries>\n"

/* Two accounts, a customer with a balance on the first, one transaction of 125.00: all of it as it should be. */
#define NO_GOOD_MASTERS NO_MASTERS(NO_ACCOUNT("1500", "10", "135.00") NO_ACCOUNT("3000", "0", "-125"), NO_CUSTOMER("K1", NO_BALANCE("1500", "10", "135")))
#define NO_GOOD_LINES NO_LINE("1500", "Debit", "125.00", "<n1:CustomerID>K1</n1:CustomerID>") NO_TAXED("3000", "Credit", "125", "3", "25", "100", "25")
#define NO_GOOD NO_FILE(NO_HEADER NO_GOOD_MASTERS NO_ENTRIES("1", "125.00", "125", NO_JOURNAL("GL", NO_TRANSACTION("7", "2025-03-31", NO_GOOD_LINES))))

#define PT_FILE(encoding, content) "<?xml version=\"1.0\" encoding=\"" encoding "\"?>\n<AuditFile xmlns=\"urn:OECD:StandardAuditFile-Tax:PT_1.04_01\">\n" content "</AuditFile>\n"
#define PT_HEADER "<Header><AuditFileVersion>1.04_01</AuditFileVersion><CompanyID>599999993</CompanyID><TaxRegistrationNumber>599999993</TaxRegistrationNumber>" \
                  "<CompanyName>Venda</CompanyName><CompanyAddress><AddressDetail>Rua 1</AddressDetail><City>Lisboa</City><PostalCode>1000-001</PostalCode><Country>PT</Country>" \
                  "</CompanyAddress><FiscalYear>2025</FiscalYear><StartDate>2025-01-01</StartDate><EndDate>2025-12-31</EndDate><CurrencyCode>EUR</CurrencyCode></Header>\n"
#define PT_CUSTOMER(id, number, name) "<Customer><CustomerID>" id "</CustomerID><AccountID>Desconhecido</AccountID><CustomerTaxID>" number "</CustomerTaxID><CompanyName>" name \
                  "</CompanyName><BillingAddress><Country>PT</Country></BillingAddress></Customer>\n"
#define PT_RATE(code, rate) "<TaxTableEntry><TaxType>IVA</TaxType><TaxCountryRegion>PT</TaxCountryRegion><TaxCode>" code "</TaxCode><Description>x</Description><TaxPercentage>" rate \
                  "</TaxPercentage></TaxTableEntry>"
#define PT_MASTERS(customers) "<MasterFiles>" customers "<TaxTable>" PT_RATE("NOR", "23.00") PT_RATE("ISE", "0") "</TaxTable></MasterFiles>\n"
#define PT_LINE(side, amount, code, rate, more) "<Line><LineNumber>1</LineNumber><ProductDescription>Cadeira</ProductDescription><Quantity>2</Quantity><UnitOfMeasure>UN</UnitOfMeasure>" \
                  "<UnitPrice>50</UnitPrice><" side "Amount>" amount "</" side "Amount><Tax><TaxType>IVA</TaxType><TaxCountryRegion>PT</TaxCountryRegion><TaxCode>" code \
                  "</TaxCode><TaxPercentage>" rate "</TaxPercentage></Tax>" more "</Line>"
#define PT_STATUS(status) "<DocumentStatus><InvoiceStatus>" status "</InvoiceStatus><SourceID>ana</SourceID><SourceBilling>P</SourceBilling></DocumentStatus>"
#define PT_INVOICE(number, status, hash, day, type, lines, tax, net, gross) "<Invoice><InvoiceNo>" number "</InvoiceNo>" PT_STATUS(status) "<Hash>" hash "</Hash><HashControl>1</HashControl>" \
                  "<InvoiceDate>" day "</InvoiceDate><InvoiceType>" type "</InvoiceType><SourceID>ana</SourceID><SystemEntryDate>" day "T10:00:00</SystemEntryDate><CustomerID>C1</CustomerID>" \
                  lines "<DocumentTotals><TaxPayable>" tax "</TaxPayable><NetTotal>" net "</NetTotal><GrossTotal>" gross "</GrossTotal></DocumentTotals></Invoice>\n"
#define PT_SALES(count, debit, credit, invoices) "<SalesInvoices><NumberOfEntries>" count "</NumberOfEntries><TotalDebit>" debit "</TotalDebit><TotalCredit>" credit "</TotalCredit>" invoices \
                  "</SalesInvoices>\n"
#define PT_SOURCES(sections) "<SourceDocuments>" sections "</SourceDocuments>"

#endif
