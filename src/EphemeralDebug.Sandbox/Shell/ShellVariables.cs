namespace EphemeralDebug.Sandbox.Shell;

/// <summary>The variables of a shell, with what <c>local</c> hides while a function runs.</summary>
internal sealed class ShellVariables
{
    private readonly Dictionary<string, Variable> _variables = new(StringComparer.Ordinal);
    private readonly Stack<Dictionary<string, Variable?>> _scopes = new();

    private readonly record struct Variable(string? Value, bool Exported, bool ReadOnly);

    /// <summary>The exported variables: the environment of what the shell starts.</summary>
    public IReadOnlyDictionary<string, string> Environment => _variables
        .Where(pair => pair.Value is { Exported: true, Value: not null })
        .ToDictionary(pair => pair.Key, pair => pair.Value.Value!, StringComparer.Ordinal);

    /// <summary>Every variable with a value, by name.</summary>
    public IEnumerable<(string Name, string Value)> All => _variables
        .Where(pair => pair.Value.Value is not null)
        .Select(pair => (pair.Key, pair.Value.Value!))
        .OrderBy(pair => pair.Key, StringComparer.Ordinal);

    public string? this[string name] => _variables.GetValueOrDefault(name).Value;

    public static bool IsName(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty || char.IsAsciiDigit(text[0]))
        {
            return false;
        }

        foreach (char letter in text)
        {
            if (!char.IsAsciiLetterOrDigit(letter) && letter != '_')
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Sets a variable, which stays exported if it was.</summary>
    /// <exception cref="ShellErrorException">It is read-only.</exception>
    public void Set(string name, string? value)
    {
        Variable variable = _variables.GetValueOrDefault(name);
        if (variable.ReadOnly)
        {
            throw new ShellErrorException($"{name}: is read only");
        }

        _variables[name] = variable with { Value = value };
    }

    public void Export(string name, bool exported = true) =>
        _variables[name] = _variables.GetValueOrDefault(name) with { Exported = exported };

    public void MakeReadOnly(string name) =>
        _variables[name] = _variables.GetValueOrDefault(name) with { ReadOnly = true };

    public void Unset(string name)
    {
        if (_variables.GetValueOrDefault(name).ReadOnly)
        {
            throw new ShellErrorException($"{name}: is read only");
        }

        _variables.Remove(name);
    }

    public void EnterFunction() => _scopes.Push(new Dictionary<string, Variable?>(StringComparer.Ordinal));

    /// <summary>Keeps the variable's value for the end of the function; false outside of functions.</summary>
    public bool MakeLocal(string name)
    {
        if (!_scopes.TryPeek(out Dictionary<string, Variable?>? scope))
        {
            return false;
        }

        scope.TryAdd(name, _variables.TryGetValue(name, out Variable variable) ? variable : null);
        return true;
    }

    public void LeaveFunction()
    {
        foreach ((string name, Variable? variable) in _scopes.Pop())
        {
            if (variable is { } value)
            {
                _variables[name] = value;
            }
            else
            {
                _variables.Remove(name);
            }
        }
    }

    /// <summary>What a subshell starts with.</summary>
    public ShellVariables Clone()
    {
        var copy = new ShellVariables();
        foreach ((string name, Variable variable) in _variables)
        {
            copy._variables[name] = variable;
        }

        return copy;
    }
}
