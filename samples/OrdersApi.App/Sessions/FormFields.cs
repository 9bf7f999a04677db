namespace OrdersApi.App.Sessions;

/// <summary>Where a form, or a script, shows that it comes from a page of this API.</summary>
internal static class FormFields
{
    public const string Token = "csrf_token";

    public const string Header = "X-CSRF-Token";
}
