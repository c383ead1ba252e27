namespace EphemeralDebug.Recordings;

/// <summary>What a recording says of itself before its first event.</summary>
/// <param name="Columns">The width of the terminal, in characters.</param>
/// <param name="Rows">The height of the terminal, in characters.</param>
/// <param name="Title">What was recorded.</param>
/// <param name="TerminalType">The value of TERM: which sequences are in it. Of the environment nothing else is said.</param>
internal sealed record AsciicastHeader(int Columns, int Rows, string Title, string TerminalType);
