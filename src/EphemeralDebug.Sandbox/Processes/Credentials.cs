namespace EphemeralDebug.Sandbox.Processes;

/// <summary>
/// As whom a process runs. <c>CanTrace</c> is the capability SYS_PTRACE: to look into processes of other users.
/// </summary>
internal sealed record Credentials(int UserId, int GroupId, IReadOnlyList<int> Groups, bool CanTrace)
{
    public static Credentials Root { get; } = new(0, 0, [0], CanTrace: false);
}
