namespace EphemeralDebug.Debugging;

/// <summary>Why a container cannot be planned, or why the server would refuse it.</summary>
public enum PlanErrorCode
{
    /// <summary>The image is missing or is not an image reference.</summary>
    InvalidImage,

    /// <summary>The container's name is not an RFC 1123 label of at most 63 characters.</summary>
    InvalidName,

    /// <summary>Another container of the pod has the name.</summary>
    NameTaken,

    /// <summary>A terminal without standard input.</summary>
    TtyWithoutStdin,

    /// <summary>An environment variable that is not written as <c>name=value</c>, or has no proper name.</summary>
    InvalidEnvironment,

    /// <summary>A pull policy other than Always, IfNotPresent and Never.</summary>
    InvalidPullPolicy,

    /// <summary>A profile that does not exist.</summary>
    UnknownProfile,

    /// <summary>A custom profile that is not a partial container.</summary>
    InvalidCustomProfile,

    /// <summary>A field that cannot be set in this way, or not in an ephemeral container.</summary>
    UnsupportedField,

    /// <summary>The pod has no container of the target's name.</summary>
    TargetNotFound,

    /// <summary>The target's user was asked for, and nothing says who that is.</summary>
    TargetUserUnknown,

    /// <summary>The container must not run as root, and its user is root.</summary>
    RootNotAllowed,

    /// <summary>Something that containers on Windows cannot have.</summary>
    NotOnWindows,

    /// <summary>No image was named, and none is known for the node's version of Windows.</summary>
    WindowsVersionUnknown,

    /// <summary>A copy of a pod in which nothing would be different.</summary>
    NothingToChange,

    /// <summary>A command for a container of a copy, without saying which.</summary>
    ContainerNotNamed,
}

/// <summary>One thing that is wrong with a plan or with what was asked.</summary>
/// <param name="Code">The kind of problem; stable.</param>
/// <param name="Option">The member of <see cref="ContainerOptions"/> to change.</param>
/// <param name="Message">What is wrong, with which value.</param>
/// <param name="Advice">What to do about it.</param>
public sealed record PlanProblem(PlanErrorCode Code, string Option, string Message, string Advice);

/// <summary>What was asked cannot be planned; nothing was sent.</summary>
public sealed class PlanException : EphemeralDebugException
{
    internal PlanException(PlanProblem problem)
        : base(problem.Code.ToString(), KindOf(problem.Code), problem.Message, problem.Advice) =>
        Problem = problem;

    internal PlanException(PlanErrorCode code, string option, string message, string advice)
        : this(new PlanProblem(code, option, message, advice))
    {
    }

    /// <summary>The problem, with its stable code and the option to blame.</summary>
    public PlanProblem Problem { get; }

    private static FailureKind KindOf(PlanErrorCode code) => code switch
    {
        PlanErrorCode.NameTaken => FailureKind.Conflict,
        PlanErrorCode.TargetNotFound => FailureKind.NotFound,
        _ => FailureKind.InvalidArgument,
    };
}
