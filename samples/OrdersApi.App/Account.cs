namespace OrdersApi.App;

/// <summary>Who may call, and as what.</summary>
internal sealed record Account(string Name, string Role)
{
    public bool IsAdmin => Role == "admin";

    public bool IsStaff => Role == "staff";
}
