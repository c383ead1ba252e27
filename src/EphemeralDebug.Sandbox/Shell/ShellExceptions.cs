namespace EphemeralDebug.Sandbox.Shell;

/// <summary>An error that ends a script: expansion errors, assignments to read-only variables (POSIX 2.8.1).</summary>
internal sealed class ShellErrorException(string message, int code = 2) : Exception(message)
{
    public int Code { get; } = code;
}

/// <summary><c>exit</c>, on its way out of everything that is nested.</summary>
internal sealed class ShellExitException(int code) : Exception
{
    public int Code { get; } = code;
}

/// <summary><c>return</c>, on its way to the function's or script's end.</summary>
internal sealed class FunctionReturnException(int code) : Exception
{
    public int Code { get; } = code;
}

/// <summary><c>break</c> and <c>continue</c>, on their way to a loop.</summary>
internal sealed class LoopControlException(bool continues, int levels) : Exception
{
    public bool Continues { get; } = continues;

    public int Levels { get; } = levels;
}

/// <summary>Ctrl+C in an interactive shell, on its way to the prompt.</summary>
internal sealed class ShellInterruptedException : Exception;
