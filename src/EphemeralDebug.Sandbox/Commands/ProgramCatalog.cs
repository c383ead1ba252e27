using System.Security.Cryptography;
using EphemeralDebug.Sandbox.Processes;

namespace EphemeralDebug.Sandbox.Commands;

/// <summary>The programs that images can have in their directories.</summary>
internal static class ProgramCatalog
{
    private static readonly Dictionary<string, ProgramBody> Programs = new(StringComparer.Ordinal)
    {
        ["["] = TestCommand.RunAsync,
        ["base64"] = FileContentCommands.Base64Async,
        ["basename"] = PathCommands.BaseNameAsync,
        ["cat"] = FileContentCommands.ConcatenateAsync,
        ["chmod"] = FileCommands.ChangeModeAsync,
        ["clear"] = SystemCommands.ClearAsync,
        ["cp"] = FileCommands.CopyAsync,
        ["cut"] = LineCommands.CutAsync,
        ["date"] = SystemCommands.DateAsync,
        ["dd"] = CopyBlocksCommand.RunAsync,
        ["dirname"] = PathCommands.DirectoryNameAsync,
        ["echo"] = TextOutputCommands.EchoAsync,
        ["env"] = ProcessCommands.EnvironmentAsync,
        ["false"] = (_, _) => Task.FromResult(1),
        ["find"] = PathCommands.FindAsync,
        ["grep"] = GrepCommand.RunAsync,
        ["head"] = FileContentCommands.HeadAsync,
        ["hostname"] = SystemCommands.HostNameAsync,
        ["httpd"] = NetworkCommands.WebServerAsync,
        ["id"] = SystemCommands.IdentityAsync,
        ["kill"] = ProcessCommands.KillAsync,
        ["ln"] = FileCommands.LinkAsync,
        ["ls"] = ListCommand.RunAsync,
        ["md5sum"] = FileContentCommands.Hash(HashAlgorithmName.MD5),
        ["mkdir"] = FileCommands.MakeDirectoryAsync,
        ["mv"] = FileCommands.MoveAsync,
        ["nc"] = NetworkCommands.ConnectAsync,
        ["nohup"] = ProcessCommands.NoHangupAsync,
        ["printenv"] = ProcessCommands.PrintEnvironmentAsync,
        ["printf"] = TextOutputCommands.PrintFormattedAsync,
        ["ps"] = ProcessListCommand.RunAsync,
        ["pwd"] = PathCommands.WorkingDirectoryAsync,
        ["readlink"] = PathCommands.ReadLinkAsync,
        ["realpath"] = PathCommands.RealPathAsync,
        ["rm"] = FileCommands.RemoveAsync,
        ["rmdir"] = FileCommands.RemoveDirectoryAsync,
        ["sed"] = SedCommand.RunAsync,
        ["seq"] = TextOutputCommands.SequenceAsync,
        ["sha256sum"] = FileContentCommands.Hash(HashAlgorithmName.SHA256),
        ["sleep"] = ProcessCommands.SleepAsync,
        ["sort"] = LineCommands.SortAsync,
        ["stat"] = PathCommands.StatusAsync,
        ["stty"] = SystemCommands.TerminalSettingsAsync,
        ["tail"] = FileContentCommands.TailAsync,
        ["tee"] = FileContentCommands.TeeAsync,
        ["test"] = TestCommand.RunAsync,
        ["timeout"] = ProcessCommands.TimeoutAsync,
        ["top"] = TopCommand.RunAsync,
        ["touch"] = FileCommands.TouchAsync,
        ["tr"] = TranslateCommand.RunAsync,
        ["true"] = (_, _) => Task.FromResult(0),
        ["tty"] = SystemCommands.TerminalNameAsync,
        ["uname"] = SystemCommands.UnixNameAsync,
        ["uniq"] = LineCommands.UniqueAsync,
        ["vi"] = (process, arguments) => new ViEditor(process).RunAsync(arguments),
        ["wc"] = FileContentCommands.CountAsync,
        ["which"] = PathCommands.WhichAsync,
        ["whoami"] = SystemCommands.WhoAmIAsync,
        ["xargs"] = ProcessCommands.ArgumentsAsync,
        ["yes"] = TextOutputCommands.YesAsync,
    };

    /// <summary>Every program by name, without the shell.</summary>
    public static IEnumerable<(string Name, ProgramBody Body)> All => Programs.Select(pair => (pair.Key, WithErrors(pair.Value)));

    /// <summary>Gives a program the usual way to fail: a line on standard error and an exit code.</summary>
    private static ProgramBody WithErrors(ProgramBody body) => async (process, arguments) =>
    {
        try
        {
            return await body(process, arguments);
        }
        catch (UsageException exception)
        {
            return await process.FailAsync(exception.Message, exception.Code);
        }
        catch (SystemCallException exception) when (exception is not BrokenPipeException || process.GetDisposition(Signal.BrokenPipe) != SignalDisposition.Default)
        {
            return await process.FailAsync(exception.Message);
        }
    };
}
