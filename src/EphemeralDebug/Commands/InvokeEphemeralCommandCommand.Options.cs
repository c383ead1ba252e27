using System.Management.Automation;
using EphemeralDebug.Debugging.Commands;
using EphemeralDebug.Pipeline;

namespace EphemeralDebug.Commands;

/// <content>What to run, what it reads, and what becomes of its output.</content>
public sealed partial class InvokeEphemeralCommandCommand
{
    private const string PodSet = "Pod";
    private const string SelectorSet = "Selector";
    private const string InputSet = "Input";

    private readonly CommandInput _input = new();
    private byte[]? _inputBytes;
    private string? _inputPath;

    /// <summary>
    /// The pods, all pods of a workload such as deployment/web, or records of containers, in which the command then runs.
    /// </summary>
    [Parameter(ParameterSetName = PodSet, Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [Parameter(ParameterSetName = InputSet, Mandatory = true, Position = 0)]
    [PodTransformation]
    [ValidateNotNullOrEmpty]
    public PodReference[] Pod { get; set; } = [];

    /// <summary>All pods with these labels, such as <c>app=web,tier!=front</c>, that have not ended.</summary>
    [Parameter(ParameterSetName = SelectorSet, Mandatory = true)]
    [Alias("l", "LabelSelector")]
    [ValidateNotNullOrEmpty]
    public string? Selector { get; set; }

    /// <summary>The command, argument by argument; no shell reads it, so nothing has to be quoted for one.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    public string[]? Command { get; set; }

    /// <summary>Text for <c>sh</c> in place of a command; on Windows nodes for <c>cmd</c>.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Script { get; set; }

    /// <summary>An ephemeral container that there is, in place of one that is found or added.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Container { get; set; }

    /// <summary>
    /// What the command reads, in every pod the same: bytes as they are, anything else as lines of text. From the pipeline
    /// where -Pod or -Selector is given.
    /// </summary>
    [Parameter(ParameterSetName = PodSet)]
    [Parameter(ParameterSetName = InputSet, ValueFromPipeline = true)]
    [Parameter(ParameterSetName = SelectorSet, ValueFromPipeline = true)]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    public object? StandardInput { get; set; }

    /// <summary>The file that the command reads, in every pod from its beginning.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? InputFile { get; set; }

    /// <summary>Get output as bytes in place of lines.</summary>
    [Parameter]
    public SwitchParameter Raw { get; set; }

    /// <summary>Get lines as they come, each an object that knows its pod, and the result without output after them.</summary>
    [Parameter]
    public SwitchParameter Stream { get; set; }

    /// <summary>The most output of one pod that is kept, in bytes; a command that writes more is ended. Not with -Stream.</summary>
    [Parameter]
    [ValidateRange(0, 1024 * 1024 * 1024)]
    public long MaximumOutputSize { get; set; } = 16 * 1024 * 1024;

    /// <summary>The longest time for one pod, in seconds, the start of its container included; no limit where none is given.</summary>
    [Parameter]
    [ValidateRange(0.001, 1_000_000)]
    public double? TimeoutSec { get; set; }

    /// <summary>Let a container go on that was added.</summary>
    [Parameter]
    public SwitchParameter Keep { get; set; }

    /// <summary>Run as a job, and get that at once.</summary>
    [Parameter]
    public SwitchParameter AsJob { get; set; }

    private bool HasInput => InputFile is not null || MyInvocation.BoundParameters.ContainsKey(nameof(StandardInput));

    private RemoteCommand RemoteCommand => new() { Arguments = Command, Script = Script, OpenInput = InputOpener() };

    private CommandLimits Limits => new()
    {
        Time = TimeoutSec is { } seconds ? Seconds(seconds) : Timeout.InfiniteTimeSpan,
        OutputBytes = MaximumOutputSize,
    };

    private Func<Stream>? InputOpener()
    {
        if (_inputPath is { } path)
        {
            return () => new FileStream(path, new FileStreamOptions { Options = FileOptions.Asynchronous | FileOptions.SequentialScan });
        }

        return _inputBytes is { } bytes ? () => new MemoryStream(bytes, writable: false) : null;
    }

    /// <summary>Ends the pipeline before anything is sent when the parameters do not go together.</summary>
    private void CheckParameters()
    {
        string? problem = this switch
        {
            { Command: null, Script: null } => "There is nothing to run: give -Command or -Script.",
            { Command: not null, Script: not null } => "-Command and -Script do not go together.",
            { InputFile: not null } when MyInvocation.BoundParameters.ContainsKey(nameof(StandardInput)) => "-InputFile and -StandardInput do not go together.",
            { Raw.IsPresent: true, Stream.IsPresent: true } => "-Raw and -Stream do not go together.",
            _ => null,
        };
        if (problem is not null)
        {
            throw Terminate(ErrorRecords.From(
                new EphemeralDebugException("InvalidParameters", FailureKind.InvalidArgument, problem, "Get-Help Invoke-EphemeralCommand tells which do."),
                target: null));
        }
    }

    private void FindInputFile()
    {
        if (InputFile is null)
        {
            return;
        }

        _inputPath = SessionState.Path.GetUnresolvedProviderPathFromPSPath(InputFile);
        if (!File.Exists(_inputPath))
        {
            throw Terminate(ErrorRecords.From(
                new EphemeralDebugException("InputFileNotFound", FailureKind.NotFound, $"There is no file '{_inputPath}'.", "Check what -InputFile names."),
                InputFile));
        }
    }
}
