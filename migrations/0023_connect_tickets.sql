-- A program that holds a token of a person's may ask for links to connect an account as often as it likes. Only the newest hundred of a
-- person are kept, so that it fills nothing but its own person's place.
CREATE TRIGGER connect_states_of_one_user
AFTER INSERT ON connect_states
BEGIN
  DELETE FROM connect_states WHERE rowid IN (
    SELECT rowid FROM connect_states WHERE user_id = NEW.user_id ORDER BY expires_at DESC, rowid DESC LIMIT -1 OFFSET 100
  );
END;
