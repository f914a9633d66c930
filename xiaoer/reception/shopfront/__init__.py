"""The shop's demo page (演示店铺), on which a buyer meets the chat bubble."""
