namespace EphemeralDebug.Debugging.Commands;

/// <summary>A command wrote more than is kept.</summary>
internal sealed class OutputLimitException : Exception
{
    public OutputLimitException()
        : base("The output is larger than the limit.")
    {
    }
}
