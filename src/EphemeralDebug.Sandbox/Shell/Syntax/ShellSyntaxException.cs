namespace EphemeralDebug.Sandbox.Shell.Syntax;

/// <summary>A script that is not valid.</summary>
internal sealed class ShellSyntaxException(string message) : Exception(message);

/// <summary>A script that ends in the middle of a command: an interactive shell reads on.</summary>
internal sealed class IncompleteScriptException(string message) : Exception(message);
