using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using EphemeralDebug.Sandbox.Api.Schema;
using EphemeralDebug.Sandbox.Api.Validation;

namespace EphemeralDebug.Sandbox.Api.Legacy;

/// <summary>What the rules for containers said in Kubernetes 1.20.</summary>
internal sealed partial class LegacyContainerRules(IReadOnlyDictionary<string, JsonObject> volumes) : ContainerRules(volumes, hostUsers: true)
{
    private const int LongestLabel = 63;
    private const string TerminationMessagePolicies = "must be 'File' or 'FallbackToLogsOnError'";

    protected override IEnumerable<FieldError> TerminationMessagePolicy(string? policy, string path)
    {
        if (string.IsNullOrEmpty(policy))
        {
            yield return FieldError.Required(path, TerminationMessagePolicies);
        }
        else if (policy is not ("File" or "FallbackToLogsOnError"))
        {
            yield return FieldError.Invalid(path, policy, TerminationMessagePolicies);
        }
    }

    protected override IEnumerable<string> NameProblems(string name)
    {
        if (name.Length > LongestLabel)
        {
            yield return $"must be no more than {LongestLabel} characters";
        }

        if (!LabelExpression().IsMatch(name))
        {
            yield return "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
        }
    }

    protected override IEnumerable<string> VariableName(string name)
    {
        if (!VariableExpression().IsMatch(name))
        {
            yield return "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit (e.g. 'my.env-name',  or 'MY_ENV.NAME',  or 'MyEnvName1', regex used for validation is '[-._a-zA-Z][-._a-zA-Z0-9]*')";
        }

        if (name is "." or "..")
        {
            yield return $"must not be '{name}'";
        }
        else if (name.StartsWith("..", StringComparison.Ordinal))
        {
            yield return "must not start with '..'";
        }
    }

    protected override string ShowSecurityContext(JsonObject context) =>
        GoSyntax.Show(SchemaCatalog.Legacy["SecurityContext"], context);

    [GeneratedRegex(@"\A[a-z0-9]([-a-z0-9]*[a-z0-9])?\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex LabelExpression();

    [GeneratedRegex(@"\A[-._a-zA-Z][-._a-zA-Z0-9]*\z", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex VariableExpression();
}
