#include "unit/config/config_fixture.h"

static void companies_are_read(void **state)
{
    (void)state;
    struct loaded loaded = load_text("companies = (\n"
                                     "  { id = \" ACME-DE \"; vat_ids = [ \"DE136695976\", \" DE1 \" ]; ibans = (\"DE89370400440532013000\");\n"
                                     "    registers = [ \"HRB 12345\" ]; },\n"
                                     "  { id = \"ACME-AT\"; }\n"
                                     ");\n");
    assert_loads(&loaded);
    assert_int_equal(loaded.config->companies_count, 2);
    const struct tf_company *first = &loaded.config->companies[0], *second = &loaded.config->companies[1];
    assert_string_equal(first->id, "ACME-DE");
    assert_int_equal(first->vat_ids.count, 2);
    assert_string_equal(first->vat_ids.items[1], "DE1");
    assert_string_equal(first->ibans.items[0], "DE89370400440532013000");
    assert_string_equal(first->registers.items[0], "HRB 12345");
    assert_string_equal(second->id, "ACME-AT");
    assert_int_equal(second->vat_ids.count + second->ibans.count + second->registers.count, 0);
    unload(&loaded);

    struct loaded empty = load_text("companies = ();");
    assert_loads(&empty);
    assert_int_equal(empty.config->companies_count, 0);
    unload(&empty);
}

static void broken_companies_say_where_and_what(void **state)
{
    (void)state;
    static const char *const rows[][3] = {
        {"companies = \"ACME\";", ":1", "companies must be a list"},
        {"companies: { id = \"A\"; };", ":1", "companies must be a list"},
        {"companies = [ \"A\" ];", ":1", "companies must be a list"},
        {"companies = ( \"A\" );", ":1", "a company must be a group"},
        {"companies = (\n{ id = \"A\"; },\n{ vat_ids = []; } );", ":3", "a company needs an id"},
        {"companies = (\n{ id = \"\"; } );", ":2", "id must be text"},
        {"companies = (\n{ id = 7; } );", ":2", "id must be text"},
        {"companies = (\n{ id = \"A\"; },\n\n{ id = \"A\"; } );", ":4", "two companies have the id A"},
        {"companies = ( { id = \"A\";\n vat_id = [ \"DE1\" ]; } );", ":2", "unknown key vat_id in a company; did you mean vat_ids?"},
        {"companies = ( { id = \"A\";\n country = \"DE\"; } );", ":2", "it has id, vat_ids, ibans and registers"},
        {"companies = ( { id = \"A\";\n ibans = \"DE89\"; } );", ":2", "ibans must be a list of texts"},
        {"companies = ( { id = \"A\";\n ibans = [ 1, 2 ]; } );", ":2", "ibans must be a list of texts"},
        {"companies = ( { id = \"A\";\n ibans = [ \"x\", \"\" ]; } );", ":2", "ibans: entry 2 is empty"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct loaded loaded = load_text(rows[i][0]);
        assert_only_error(&loaded, rows[i][1], rows[i][2]);
    }
}

static void companies_stand_only_in_the_file(void **state)
{
    (void)state;
    struct loaded set = load_set("companies=x");
    assert_only_error(&set, "--set companies", "only stand in the configuration file");
    struct loaded variable = load_environment("TAXFLOW_COMPANIES=x", NULL);
    assert_loads(&variable);
    assert_int_equal(variable.config->companies_count, 0);
    unload(&variable);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(companies_are_read),
        cmocka_unit_test(broken_companies_say_where_and_what),
        cmocka_unit_test(companies_stand_only_in_the_file),
    };
    return cmocka_run_group_tests(tests, fixture_setup, fixture_teardown);
}
