namespace Sallyport.Scan.Target;

/// <summary>A token, cookie, password or key text. It never shows itself: <see cref="ToString"/> answers <c>***</c>.</summary>
public sealed class Secret
{
    private readonly string _value;

    /// <summary>Wraps a secret text.</summary>
    /// <param name="value">The secret.</param>
    public Secret(string value) => _value = value;

    /// <summary>The secret itself, for the one place that puts it on the wire.</summary>
    internal string Reveal() => _value;

    /// <summary>Always <c>***</c>.</summary>
    public override string ToString() => "***";
}
