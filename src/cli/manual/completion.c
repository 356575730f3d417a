/* Completions for shells: commands, the options each takes, and words where there is a fixed set of them; file names elsewhere. */
#include <stdbool.h>
#include <string.h>

#include "../cli.h"
#include "manual.h"

static void put_roles(FILE *out)
{
    for (int r = 0; r < TF_ROLE_COUNT; r++)
        fprintf(out, "%s%s", r > 0 ? " " : "", tf_role_get((enum tf_role_id)r)->name);
}

static void put_any_role(FILE *out)
{
    put_roles(out);
    fputs(" all", out);
}

static void put_pages(FILE *out)
{
    size_t count;
    const struct tf_manual_page *pages = tf_manual_pages(&count);
    for (size_t i = 0; i < count; i++)
        fprintf(out, "%s%s", i > 0 ? " " : "", pages[i].name);
}

static void put_shells(FILE *out)
{
    size_t count;
    const struct tf_completion *shells = tf_completions(&count);
    for (size_t i = 0; i < count; i++)
        fprintf(out, "%s%s", i > 0 ? " " : "", shells[i].shell);
}

static void put_letter_verbs(FILE *out)
{
    fputs("list show replay", out);
}

static void put_archive_verbs(FILE *out)
{
    fputs("verify show", out);
}

/* Commands that are followed by one of some words. */
static const struct argument {
    const char *command;
    void (*put)(FILE *out);
} arguments[] = {
    {"health", put_roles}, {"dlq", put_letter_verbs}, {"archive", put_archive_verbs}, {"completion", put_shells}, {"manual", put_pages},
};
enum { ARGUMENTS = sizeof arguments / sizeof arguments[0] };

static const struct argument *argument_of(const char *command)
{
    for (size_t i = 0; i < ARGUMENTS; i++)
        if (strcmp(arguments[i].command, command) == 0)
            return &arguments[i];
    return NULL;
}

static bool takes(const struct tf_command *command, const struct tf_cli_option *option)
{
    return option->bit == 0 || (option->bit & command->options) != 0;
}

/* ---- bash ---- */

static void bash_options(FILE *out, const struct tf_command *command)
{
    size_t count;
    const struct tf_cli_option *options = tf_cli_options(&count);
    for (size_t i = 0; i < count; i++)
        if (takes(command, &options[i]))
            fprintf(out, " --%s%s", options[i].name, options[i].value && strcmp(options[i].name, "set") != 0 ? "=" : "");
}

static void write_bash(FILE *out)
{
    size_t count;
    const struct tf_command *commands = tf_commands(&count);
    fputs("# bash completion of taxflow\n"
          "_taxflow() {\n"
          "  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} command= word options= words=\n"
          "  if [[ $cur == = ]]; then\n"
          "    cur=\n"
          "  elif [[ $prev == = ]]; then\n"
          "    prev=${COMP_WORDS[COMP_CWORD - 2]}\n"
          "  fi\n"
          "  for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
          "    case $word in\n", out);
    for (size_t i = 0; i < count; i++)
        fprintf(out, "%s%s", i == 0 ? "    " : "|", commands[i].name);
    fputs(") command=$word; break ;;\n    esac\n  done\n  COMPREPLY=()\n"
          "  if [[ $prev == --role ]]; then\n", out);
    fputs("    COMPREPLY=($(compgen -W '", out);
    put_any_role(out);
    fputs("' -- \"$cur\"))\n    return\n  fi\n  case $command in\n", out);
    for (size_t i = 0; i < count; i++) {
        fprintf(out, "  %s) options='", commands[i].name);
        bash_options(out, &commands[i]);
        const struct argument *argument = argument_of(commands[i].name);
        if (argument) {
            fputs("'; words='", out);
            argument->put(out);
        }
        fputs("' ;;\n", out);
    }
    fputs("  *) options='", out);
    bash_options(out, &(struct tf_command){.name = ""});
    fputs("'; words='", out);
    for (size_t i = 0; i < count; i++)
        fprintf(out, "%s%s", i > 0 ? " " : "", commands[i].name);
    fputs("' ;;\n  esac\n"
          "  if [[ $cur == -* ]]; then\n"
          "    COMPREPLY=($(compgen -W \"$options\" -- \"$cur\"))\n"
          "    [[ ${COMPREPLY[0]-} != *= ]] || compopt -o nospace\n"
          "  elif [[ -n $words ]]; then\n"
          "    COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
          "  else\n"
          "    compopt -o filenames\n"
          "    mapfile -t COMPREPLY < <(compgen -f -- \"$cur\")\n"
          "  fi\n"
          "}\n"
          "complete -F _taxflow taxflow\n", out);
}

/* ---- zsh ---- */

/* Text in single quotes, in which also the colon and brackets of _arguments are taken as they are. */
static void zsh_text(FILE *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '\'')
            fputs("'\\''", out);
        else if (strchr("[]:\\", *text))
            fprintf(out, "\\%c", *text);
        else
            fputc(*text, out);
    }
}

static void zsh_option(FILE *out, const struct tf_cli_option *option)
{
    const bool list = strcmp(option->name, "set") == 0;
    fprintf(out, "'%s--%s%s[", list ? "*" : "", option->name, !option->value ? "" : list ? "" : "=");
    zsh_text(out, option->help);
    fputc(']', out);
    if (option->value) {
        fputc(':', out);
        zsh_text(out, option->value);
        if (strcmp(option->name, "role") == 0) {
            fputs(":(", out);
            put_any_role(out);
            fputc(')', out);
        } else {
            fputs(strcmp(option->value, "DIR") == 0 ? ":_files -/" : strcmp(option->value, "FILE") == 0 ? ":_files" : ":", out);
        }
    }
    fputc('\'', out);
}

static void zsh_options(FILE *out, const struct tf_command *command)
{
    size_t count;
    const struct tf_cli_option *options = tf_cli_options(&count);
    for (size_t i = 0; i < count; i++) {
        if (!takes(command, &options[i]))
            continue;
        fputs("      ", out);
        zsh_option(out, &options[i]);
        fputs(" \\\n", out);
    }
}

static void write_zsh(FILE *out)
{
    size_t count;
    const struct tf_command *commands = tf_commands(&count);
    fputs("#compdef taxflow\n"
          "_taxflow() {\n"
          "  local context state state_descr line\n"
          "  typeset -A opt_args\n"
          "  local -a commands=(\n", out);
    for (size_t i = 0; i < count; i++) {
        fprintf(out, "    '%s:", commands[i].name);
        zsh_text(out, commands[i].help);
        fputs("'\n", out);
    }
    fputs("  )\n  local command=${words[(r)(", out);
    for (size_t i = 0; i < count; i++)
        fprintf(out, "%s%s", i > 0 ? "|" : "", commands[i].name);
    fputs(")]}\n  case $command in\n", out);
    for (size_t i = 0; i < count; i++) {
        const struct argument *argument = argument_of(commands[i].name);
        fprintf(out, "  %s)\n    _arguments \\\n", commands[i].name);
        zsh_options(out, &commands[i]);
        fprintf(out, "      '1:command:(%s)' ", commands[i].name);
        if (argument) {
            fputs("'*:argument:(", out);
            argument->put(out);
            fputs(")' ;;\n", out);
        } else {
            fputs("'*:file:_files' ;;\n", out);
        }
    }
    fputs("  *)\n    _arguments \\\n", out);
    zsh_options(out, &(struct tf_command){.name = ""});
    fputs("      '1:command:->command'\n"
          "    [[ $state != command ]] || _describe command commands ;;\n"
          "  esac\n"
          "}\n"
          "if [ \"$funcstack[1]\" = _taxflow ]; then\n  _taxflow \"$@\"\nelse\n  compdef _taxflow taxflow\nfi\n", out);
}

/* ---- fish ---- */

static void fish_text(FILE *out, const char *text)
{
    fputc('\'', out);
    for (; *text; text++) {
        if (*text == '\'' || *text == '\\')
            fputc('\\', out);
        fputc(*text, out);
    }
    fputc('\'', out);
}

/* The commands that take an option, as fish asks which was seen. */
static void fish_condition(FILE *out, const struct tf_cli_option *option)
{
    size_t count;
    const struct tf_command *commands = tf_commands(&count);
    if (option->bit == 0)
        return;
    fputs(" -n '__fish_seen_subcommand_from", out);
    for (size_t i = 0; i < count; i++)
        if (takes(&commands[i], option))
            fprintf(out, " %s", commands[i].name);
    fputc('\'', out);
}

static void fish_option(FILE *out, const struct tf_cli_option *option)
{
    fputs("complete -c taxflow", out);
    fish_condition(out, option);
    fprintf(out, " -l %s", option->name);
    if (option->letter)
        fprintf(out, " -s %c", option->letter);
    if (strcmp(option->name, "role") == 0) {
        fputs(" -x -a '", out);
        put_any_role(out);
        fputc('\'', out);
    } else if (option->value) {
        fputs(strcmp(option->value, "FILE") == 0 || strcmp(option->value, "DIR") == 0 ? " -r" : " -x", out);
    }
    fputs(" -d ", out);
    fish_text(out, option->help);
    fputc('\n', out);
}

static void write_fish(FILE *out)
{
    size_t count, options_count;
    const struct tf_command *commands = tf_commands(&count);
    const struct tf_cli_option *options = tf_cli_options(&options_count);
    fputs("# fish completion of taxflow\n", out);
    for (size_t i = 0; i < count; i++) {
        fprintf(out, "complete -c taxflow -n __fish_use_subcommand -f -a %s -d ", commands[i].name);
        fish_text(out, commands[i].help);
        fputc('\n', out);
    }
    for (size_t i = 0; i < ARGUMENTS; i++) {
        fprintf(out, "complete -c taxflow -n '__fish_seen_subcommand_from %s' -f -a '", arguments[i].command);
        arguments[i].put(out);
        fputs("'\n", out);
    }
    for (size_t i = 0; i < options_count; i++)
        fish_option(out, &options[i]);
}

static const struct tf_completion rows[] = {
    {"bash", write_bash},
    {"zsh", write_zsh},
    {"fish", write_fish},
};

const struct tf_completion *tf_completions(size_t *ret_count)
{
    *ret_count = sizeof rows / sizeof rows[0];
    return rows;
}
