namespace EphemeralDebug.Sandbox.Shell.Syntax;

/// <summary>Commands one after the other.</summary>
internal sealed record CommandList(IReadOnlyList<ListItem> Items);

/// <summary>One and-or list; <paramref name="Text"/> is its source for the job table.</summary>
internal sealed record ListItem(AndOrList Commands, bool InBackground, string Text);

/// <summary>Pipelines joined by <c>&amp;&amp;</c> and <c>||</c>.</summary>
internal sealed record AndOrList(Pipeline First, IReadOnlyList<(bool IfSuccessful, Pipeline Pipeline)> Rest);

internal sealed record Pipeline(bool Negated, IReadOnlyList<Command> Commands);

internal abstract record Command
{
    public IReadOnlyList<Redirection> Redirections { get; init; } = [];
}

internal sealed record SimpleCommand(IReadOnlyList<Assignment> Assignments, IReadOnlyList<Word> Words) : Command;

internal sealed record GroupCommand(CommandList Body) : Command;

internal sealed record SubshellCommand(CommandList Body) : Command;

internal sealed record IfCommand(IReadOnlyList<(CommandList Condition, CommandList Body)> Branches, CommandList? Else) : Command;

/// <summary><c>while</c> and <c>until</c>.</summary>
internal sealed record LoopCommand(bool Until, CommandList Condition, CommandList Body) : Command;

/// <summary>Words are null in <c>for x; do</c>, which goes through the positional parameters.</summary>
internal sealed record ForCommand(string Name, IReadOnlyList<Word>? Words, CommandList Body) : Command;

internal sealed record CaseCommand(Word Subject, IReadOnlyList<(IReadOnlyList<Word> Patterns, CommandList Body)> Items) : Command;

internal sealed record FunctionCommand(string Name, Command Body) : Command;

internal sealed record Assignment(string Name, Word Value);

internal enum RedirectionKind
{
    Input,
    Output,
    Append,
    ReadWrite,
    DuplicateInput,
    DuplicateOutput,
    HereDocument,
}

/// <summary>A redirection; the target of a here-document is its content.</summary>
internal sealed record Redirection(int Descriptor, RedirectionKind Kind, Word Target);

/// <summary>A word before expansion.</summary>
internal sealed record Word(IReadOnlyList<WordPart> Parts)
{
    /// <summary>The text of a word without quotes and expansions, else null: what a reserved word is.</summary>
    public string? PlainText => Parts is [LiteralPart { Quoted: false } literal] ? literal.Text : null;
}

internal abstract record WordPart(bool Quoted);

internal sealed record LiteralPart(string Text, bool Quoted) : WordPart(Quoted);

/// <summary><c>$name</c>, <c>${name}</c>, <c>${name:-word}</c> and their like; the operator is empty when there is none.</summary>
internal sealed record ParameterPart(string Name, string Operator, Word? Argument, bool Quoted) : WordPart(Quoted);

internal sealed record SubstitutionPart(CommandList Commands, bool Quoted) : WordPart(Quoted);

internal sealed record ArithmeticPart(Word Expression, bool Quoted) : WordPart(Quoted);

/// <summary>A here-document, whose text the lexer reads after the rest of the line.</summary>
internal sealed record HereDocumentPart(Func<Word> Content) : WordPart(Quoted: true);
