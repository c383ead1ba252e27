namespace EphemeralDebug.Sandbox.Shell;

/// <summary>In what the shells of different images differ for their users.</summary>
/// <param name="Banner">What an interactive shell prints first.</param>
/// <param name="Prompt">The prompt with <c>\u</c>, <c>\h</c>, <c>\w</c> and <c>\$</c>.</param>
/// <param name="NotFound">What is said of a command that is not there.</param>
/// <param name="AsksForCursor">BusyBox' line editor asks the terminal where its cursor is.</param>
internal sealed record ShellFlavor(string Banner, string Prompt, string NotFound, bool AsksForCursor)
{
    public static ShellFlavor BusyBox { get; } = new(
        "\n\nBusyBox v1.36.1 built-in shell (ash)\nEnter 'help' for a list of built-in commands.\n\n",
        @"\w \$ ", "not found", AsksForCursor: true);

    /// <summary>BusyBox as Alpine builds it.</summary>
    public static ShellFlavor Alpine { get; } = BusyBox with { Banner = "" };

    public static ShellFlavor Dash { get; } = new("", @"\$ ", "not found", AsksForCursor: false);

    public static ShellFlavor Bash { get; } = new("", @"\u@\h:\w\$ ", "command not found", AsksForCursor: false);
}
