using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace EphemeralDebug.Pipeline;

/// <summary>A cmdlet of this module that runs beside the pipeline, in a runspace of its own in this process.</summary>
internal sealed class CommandJob : Job
{
    private readonly PowerShell _shell;

    /// <summary>Prepares a cmdlet with its parameters.</summary>
    /// <param name="text">The command line that the user wrote.</param>
    /// <param name="command">The cmdlet's name.</param>
    /// <param name="implementation">The cmdlet's type.</param>
    /// <param name="parameters">Its parameters by name.</param>
    public CommandJob(string text, string command, Type implementation, IDictionary parameters)
        : base(text)
    {
        PSJobTypeName = "EphemeralDebugJob";
        var state = InitialSessionState.CreateDefault2();
        state.Commands.Add(new SessionStateCmdletEntry(command, implementation, helpFileName: null));
        _shell = PowerShell.Create(state);
        _shell.AddCommand(command).AddParameters(parameters);
        _shell.InvocationStateChanged += (_, change) => Follow(change.InvocationStateInfo);
        Error = _shell.Streams.Error;
        Warning = _shell.Streams.Warning;
        Verbose = _shell.Streams.Verbose;
        Debug = _shell.Streams.Debug;
        Information = _shell.Streams.Information;
        Progress = _shell.Streams.Progress;
    }

    /// <inheritdoc/>
    public override bool HasMoreData => Output.Count > 0 || Error.Count > 0 || Warning.Count > 0 || Verbose.Count > 0;

    /// <inheritdoc/>
    public override string Location => "localhost";

    /// <inheritdoc/>
    public override string StatusMessage => "";

    /// <summary>Starts it.</summary>
    public void Start()
    {
        SetJobState(JobState.Running);
        _shell.BeginInvoke<PSObject, PSObject>(input: null, Output);
    }

    /// <inheritdoc/>
    public override void StopJob() => _shell.Stop();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _shell.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Follow(PSInvocationStateInfo info)
    {
        switch (info.State)
        {
            case PSInvocationState.Completed:
                SetJobState(JobState.Completed);
                break;
            case PSInvocationState.Stopped:
                SetJobState(JobState.Stopped);
                break;
            case PSInvocationState.Failed:
                Error.Add(new ErrorRecord(info.Reason, "JobFailed", ErrorCategory.OperationStopped, targetObject: null));
                SetJobState(JobState.Failed);
                break;
        }
    }
}
